import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extensionOf, fileNameMax, safeFileName } from '#domain/file/name.ts'

test('keeps what the user called it', () => {
  for (const name of [
    '出口合同（正本）.pdf',
    'Contract No. 12/3'.replace('/', '-') + '.PDF',
    '𠮷野家 発票.jpg',
    'a & b.docx',
  ]) {
    assert.equal(safeFileName(name), name)
  }
})

test('drops folders of any system', () => {
  for (const name of ['../../x.pdf', 'C:\\合同\\x.pdf', '/etc/x.pdf', '..\\..\\x.pdf', 'a/b\\c/x.pdf']) {
    assert.equal(safeFileName(name), 'x.pdf')
  }
})

test('drops line breaks, control and invisible characters, direction overrides', () => {
  assert.equal(safeFileName('合同\r\nSet-Cookie: x.pdf'), '合同 Set-Cookie: x.pdf')
  assert.equal(safeFileName('合\u2028同.pdf'), '合 同.pdf')
  assert.equal(safeFileName('\u202Efdp.exe'), 'fdp.exe')
  assert.equal(safeFileName('a\u0000b\u200Bc\uD800.pdf'), 'abc.pdf')
  assert.equal(safeFileName('a\uFFFF.pdf'), 'a.pdf')
  // A folder hidden behind an invisible character is a folder all the same.
  assert.equal(safeFileName('..\u200B/x.pdf'), 'x.pdf')
})

test('never hidden, never empty, never ending in a dot', () => {
  assert.equal(safeFileName('.htaccess'), 'htaccess')
  assert.equal(safeFileName(' . .pdf'), 'pdf')
  assert.equal(safeFileName('x.pdf. '), 'x.pdf')
  for (const name of ['', '..', '../', '\u202E', ' \n ']) assert.equal(safeFileName(name), '未命名')
})

test('long names are cut before the extension, by characters', () => {
  const name = safeFileName(`${'𠮷'.repeat(200)}.PDF`)
  assert.equal([...name].length, fileNameMax)
  assert.ok(name.endsWith('𠮷.PDF'))
  assert.equal(safeFileName(`${'合'.repeat(fileNameMax - 4)}.pdf`), `${'合'.repeat(fileNameMax - 4)}.pdf`)
  assert.equal([...safeFileName('.'.repeat(3) + '长'.repeat(300))].length, fileNameMax)
})

test('composed and decomposed names are the same name', () => {
  assert.equal(safeFileName('e\u0301.pdf'), 'é.pdf')
})

test('extension', () => {
  assert.equal(extensionOf('a.b.PDF'), 'pdf')
  assert.equal(extensionOf('合同'), '')
  assert.equal(extensionOf('pdf'), '')
  assert.equal(extensionOf('.pdf'), '')
})
