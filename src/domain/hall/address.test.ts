import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressProblem } from './catalogue.ts'

test('a tile leads to an https address with a whole host name, and nowhere else', () => {
  for (const good of [
    'https://example.cn',
    'https://ecomp.example.gov.cn/login?from=hall#top',
    'https://a-b.example.cn:8443/路径',
    'HTTPS://EXAMPLE.CN/',
    'https://xn--fiqs8s.cn/',
    'https://中国.cn/',
  ]) {
    assert.equal(addressProblem(good), undefined, good)
  }
  for (const bad of [
    'http://example.cn/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.cn/',
    '/desk',
    'https:example.cn',
    'https://user:word@example.cn/',
    'https://example.cn@evil.cn/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://example.cn/\nx',
    'https://exa mple.cn/',
    'https:\\\\example.cn\\',
    `https://example.cn/${'a'.repeat(300)}`,
  ]) {
    assert.match(addressProblem(bad) ?? '', /地址/, bad)
  }
})
