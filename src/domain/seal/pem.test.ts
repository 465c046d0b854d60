import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PemError, readPem, writePem } from './pem.ts'

test('blocks are written in lines of 64 and read back in their order', () => {
  const long = Uint8Array.from({ length: 100 }, (_, index) => index)
  const text = writePem('CERTIFICATE', long) + writePem('ENCRYPTED PRIVATE KEY', Uint8Array.of(1))
  assert.ok(text.split('\n').every((line) => line.length <= 64))
  assert.deepEqual(
    readPem(text).map((block) => [block.label, [...block.bytes]]),
    [
      ['CERTIFICATE', [...long]],
      ['ENCRYPTED PRIVATE KEY', [1]],
    ],
  )
})

test('line ends, explanations, blanks at the end and a byte order mark do not matter', () => {
  const text =
    '\uFEFFBag Attributes\r\n    friendlyName: 张三\r\n-----BEGIN X509 CRL----- \r\nAQ\r\nID\r\n-----END X509 CRL-----\r\n'
  assert.deepEqual(readPem(text), [{ label: 'X509 CRL', bytes: Uint8Array.of(1, 2, 3) }])
})

test('damaged blocks are refused', () => {
  for (const text of [
    '',
    'AQID',
    '-----BEGIN A-----\nAQID\n',
    '-----BEGIN A-----\nAQID\n-----END B-----\n',
    '-----BEGIN A-----\n-----END A-----\n',
    '-----BEGIN A-----\nAQI\n-----END A-----\n',
    '-----BEGIN A-----\nAQ=D\n-----END A-----\n',
    '-----BEGIN A-----\nAQ钢D\n-----END A-----\n',
    '-----BEGIN A-----\nDEK-Info: AES-256-CBC,00\n\nAQID\n-----END A-----\n',
    '-----BEGIN A-----\nAQID\n-----BEGIN A-----\nAQID\n-----END A-----\n',
  ]) {
    assert.throws(() => readPem(text), PemError, text)
  }
})
