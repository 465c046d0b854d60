import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MakingKind } from './actions.ts'
import { goingOnRefusal, kindRefusal, numberRefusal, type Current } from './begin.ts'

const now = new Date('2026-06-15T02:00:00Z')
const inDays = (days: number): Current => ({
  mobile: '13900000801',
  notAfter: new Date(now.getTime() + days * 86_400_000),
})

test('which kind may be begun: by what is authorised, and how long it holds', () => {
  const cases: [MakingKind, Current | undefined, RegExp | undefined][] = [
    ['new', undefined, undefined],
    ['new', inDays(300), /已授权手机号码 13900000801/],
    ['new', inDays(-1), /续签/],
    ['renew', undefined, /先办理“新授权”/],
    ['renew', inDays(91), /不足 90 天/],
    ['renew', inDays(90), undefined],
    ['renew', inDays(-400), undefined],
    ['change_number', undefined, /先办理“新授权”/],
    ['change_number', inDays(300), undefined],
    ['change_device', undefined, /先办理“新授权”/],
    ['change_device', inDays(1), undefined],
  ]
  for (const [kind, current, words] of cases) {
    const said = kindRefusal(kind, current, now, 90)
    if (words === undefined) assert.equal(said, undefined, kind)
    else assert.match(said ?? '', words, kind)
  }
})

test('which number: not the old one, not another person’s', () => {
  const change = { kind: 'change_number', mobile: '13900000801', oldMobile: '13900000801' } as const
  assert.match(numberRefusal(change, false) ?? '', /与旧号码相同/)
  assert.equal(numberRefusal({ ...change, mobile: '13900000802' }, false), undefined)
  assert.match(numberRefusal({ ...change, mobile: '13900000802' }, true) ?? '', /其他用户/)
})

test('what was begun goes on as long as everything is as it was', () => {
  const cases: [MakingKind, string | null, string | undefined, boolean][] = [
    ['new', null, undefined, true],
    ['new', null, '13900000801', false],
    ['renew', null, '13900000801', true],
    ['renew', null, '13900000899', false],
    ['renew', null, undefined, false],
    ['change_device', null, '13900000801', true],
    ['change_device', null, '13900000899', false],
    ['change_number', '13900000800', '13900000800', true],
    ['change_number', '13900000800', '13900000801', false],
    ['change_number', '13900000800', undefined, false],
  ]
  for (const [kind, oldMobile, mobile, goes] of cases) {
    const begun = { kind, mobile: '13900000801', oldMobile }
    const current = mobile === undefined ? undefined : { ...inDays(10), mobile }
    const at = { current, taken: false, pcKeyRevoked: false }
    assert.equal(goingOnRefusal(begun, at) === undefined, goes, `${kind} ${mobile}`)
    assert.ok(goingOnRefusal(begun, { ...at, taken: true }) !== undefined)
    assert.match(goingOnRefusal(begun, { ...at, pcKeyRevoked: true }) ?? '', /电子钥匙已注销/)
  }
})
