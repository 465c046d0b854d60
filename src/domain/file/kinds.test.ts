import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachmentLimits, fileProblem, kindByName, overLimit } from '#domain/file/kinds.ts'

const mb = 1024 * 1024

test('the kind a name promises', () => {
  assert.equal(kindByName('合同.JPG'), 'jpeg')
  assert.equal(kindByName('合同.jpeg'), 'jpeg')
  assert.equal(kindByName('合同.xlsx'), 'xlsx')
  for (const name of ['合同.docm', '合同', 'pdf', 'a.svg', 'a.constructor']) {
    assert.equal(kindByName(name), undefined)
  }
})

test('what name and size already tell', () => {
  assert.equal(fileProblem({ name: 'a.pdf' }), undefined)
  assert.equal(fileProblem({ name: 'a.pdf', size: 10 * mb }), undefined)
  assert.match(fileProblem({ name: 'a.pdf', size: 10 * mb + 1 }) ?? '', /超过 10 MB，请/)
  assert.match(fileProblem({ name: 'a.pdf', size: 0 }) ?? '', /空的/)
  assert.match(fileProblem({ name: 'a.exe', size: 1 }) ?? '', /不能上传 \.exe 文件，只接受 pdf、jpg/)
  assert.match(fileProblem({ name: '合同', size: 1 }) ?? '', /没有扩展名/)
})

test('what an application may hold', () => {
  const { files, bytes } = attachmentLimits
  assert.equal(overLimit({ files, bytes }), undefined)
  assert.match(overLimit({ files: files + 1, bytes: 0 }) ?? '', /最多 60 个附件/)
  assert.match(overLimit({ files: 1, bytes: bytes + 1 }) ?? '', /200 MB/)
})
