import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { canonicalSealContent, fingerprint, type SealContent } from './content.ts'

const file = (name: string, digit: string) => ({ type: 'CONTRACT', name, size: 20, sha256: digit.repeat(64) })

const content: SealContent = {
  kind: 'application',
  id: '0198c2f4-0000-7000-8000-000000000001',
  applicationNo: '261100717850555600001',
  contentVersion: 3,
  formVersion: 1,
  form: { goodsName: '热轧卷板', lines: [{ quantity: '10.5', unitPrice: '480.00' }] },
  contractSheet: { remark: null },
  attachments: [file('合同.pdf', 'a'), file('发票.pdf', 'b')],
}
const textOf = (value: SealContent) => new TextDecoder().decode(canonicalSealContent(value))

test('the sealed bytes are fixed: what was sealed once can be checked for ever', () => {
  // A change here makes every seal in the database false.
  assert.equal(
    textOf(content),
    '{"applicationNo":"261100717850555600001","attachments":[' +
      `{"name":"发票.pdf","sha256":"${'b'.repeat(64)}","size":20,"type":"CONTRACT"},` +
      `{"name":"合同.pdf","sha256":"${'a'.repeat(64)}","size":20,"type":"CONTRACT"}],` +
      '"contentVersion":3,"contractSheet":{"remark":null},' +
      '"form":{"goodsName":"热轧卷板","lines":[{"quantity":"10.5","unitPrice":"480.00"}]},' +
      '"formVersion":1,"id":"0198c2f4-0000-7000-8000-000000000001","kind":"application"}',
  )
})

test('every part of the content changes the bytes', () => {
  const changes: Partial<SealContent>[] = [
    { id: '0198c2f4-0000-7000-8000-000000000002' },
    { applicationNo: '261100717850555600002' },
    { contentVersion: 4 },
    { formVersion: 2 },
    { form: { ...content.form, goodsName: '热轧板卷' } },
    { contractSheet: { remark: '' } },
    { attachments: content.attachments.slice(1) },
    { attachments: [file('合同.pdf', 'a'), { ...file('发票.pdf', 'b'), size: 21 }] },
    { attachments: [file('合同.pdf', 'a'), { ...file('发票.pdf', 'b'), type: 'INVOICE' }] },
    { attachments: [file('合同.pdf', 'b'), file('发票.pdf', 'a')] },
  ]
  const texts = new Set([textOf(content), ...changes.map((change) => textOf({ ...content, ...change }))])
  assert.equal(texts.size, changes.length + 1)
})

test('the order in which attachments are listed does not matter', () => {
  assert.equal(textOf({ ...content, attachments: content.attachments.toReversed() }), textOf(content))
  const same = [file('合同.pdf', 'a'), { ...file('合同.pdf', 'a'), size: 19 }, file('合同.pdf', 'c')]
  assert.equal(
    textOf({ ...content, attachments: same }),
    textOf({ ...content, attachments: same.toReversed() }),
  )
})

test('properties that a seal does not know are left out', () => {
  const more = {
    ...content,
    state: 'draft',
    attachments: content.attachments.map((one) => ({ ...one, id: 1 })),
  }
  assert.equal(textOf(more), textOf(content))
})

test('a file digest must be 64 lower-case hex digits', () => {
  for (const sha256 of ['', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(64)}\n`]) {
    assert.throws(
      () => canonicalSealContent({ ...content, attachments: [{ ...file('a', 'a'), sha256 }] }),
      RangeError,
    )
  }
})

test('a fingerprint is sixteen groups of four', () => {
  const digest = createHash('sha256').update('').digest('hex')
  assert.equal(
    fingerprint(digest),
    'E3B0 C442 98FC 1C14 9AFB F4C8 996F B924 27AE 41E4 649B 934C A495 991B 7852 B855',
  )
  for (const wrong of ['', digest.slice(1), `${digest}0`, digest.replace('e', 'g')]) {
    assert.throws(() => fingerprint(wrong), RangeError)
  }
})
