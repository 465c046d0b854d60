import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDF } from '@libpdf/core'
import type { FileKind } from '#domain/file/kinds.ts'
import { BadFile } from '#server/files/bad-file.ts'
import { bytesOf } from '#server/files/bytes.ts'
import { contentKind } from '#server/files/content.ts'
import {
  docFile,
  docxFile,
  jpegFile,
  officeFile,
  oleFile,
  pdfFile,
  pdfOfSize,
  pngChunk,
  pngFile,
  xlsFile,
  xlsxFile,
  zipFile,
} from '#test/sample-files.ts'

const mb = 1024 * 1024

async function refusalOf(name: string, bytes: Uint8Array): Promise<string> {
  try {
    return `taken as ${await contentKind(bytesOf(bytes), name)}`
  } catch (error) {
    if (error instanceof BadFile) return error.message
    throw error
  }
}

const good: [string, FileKind, Buffer][] = [
  ['a.pdf', 'pdf', pdfFile()],
  ['a.JPG', 'jpeg', jpegFile()],
  ['a.jpeg', 'jpeg', jpegFile()],
  ['a.png', 'png', pngFile()],
  ['a.doc', 'doc', docFile()],
  ['a.docx', 'docx', docxFile()],
  ['a.xls', 'xls', xlsFile()],
  ['a.xlsx', 'xlsx', xlsxFile()],
]

test('each kind is taken under its own name', async () => {
  for (const [name, kind, bytes] of good) assert.equal(await contentKind(bytesOf(bytes), name), kind, name)
})

test('no kind is taken under the name of another', async () => {
  for (const [name, kind, bytes] of good) {
    for (const [other, otherKind] of good) {
      if (kind === otherKind) continue
      assert.match(
        await refusalOf(other, bytes),
        /^(文件名以 \.\w+ 结尾，内容却是|文件)/,
        `${name} as ${other}`,
      )
    }
  }
  assert.equal(
    await refusalOf('合同.pdf', pngFile()),
    '文件名以 .pdf 结尾，内容却是 PNG 图片，请上传真正的 PDF，或另存为 PDF 后上传',
  )
})

test('no kind is taken when its end is missing', async () => {
  for (const [name, , bytes] of good) {
    // What comes behind the end of a PDF (%%EOF) and of the small streams here says nothing.
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.7))
    if (name.endsWith('.doc') || name.endsWith('.xls')) continue
    assert.match(await refusalOf(name, cut), /不完整|已损坏/, name)
  }
  assert.match(await refusalOf('a.doc', docFile().subarray(0, 1100)), /不完整或已损坏/)
})

test('things that only call themselves a PDF', async () => {
  const exe = Buffer.concat([Buffer.from('MZ\u0090\0\u0003\0\0\0', 'latin1'), Buffer.alloc(500)])
  const named: [Buffer | string, RegExp][] = [
    ['', /空的（0 字节）/],
    [exe, /内容却是 Windows 程序（exe）/],
    ['<!DOCTYPE html><html><script>alert(1)</script></html>', /内容却是网页（HTML）/],
    ['\n  <html lang="zh">', /内容却是网页（HTML）/],
    ['<script>alert(1)</script>%PDF-1.7', /内容却是网页（HTML）/],
    ['<svg xmlns="http://www.w3.org/2000/svg"></svg>', /内容却是 SVG 图片/],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', /内容却是 SVG 图片/],
    ['合同编号 2026-001', /内容却是纯文本/],
    [Buffer.from('\uFEFF合同', 'utf16le'), /内容却是纯文本/],
    [Buffer.from('b5e7d7d3ba cfcdac'.replaceAll(' ', ''), 'hex'), /内容却是纯文本/],
    [Buffer.from('Rar!\u001A\u0007\u0001\0', 'latin1'), /内容却是 RAR 压缩文件/],
    [Buffer.from('GIF89a\u0001\0\u0001\0', 'latin1'), /内容却是 GIF 图片/],
    [Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]), /内容却是无法识别的数据/],
    [zipFile([{ name: 'a.txt', text: 'a' }]), /内容却是 ZIP 压缩文件/],
  ]
  for (const [bytes, words] of named) {
    const refusal = await refusalOf('合同.pdf', Buffer.from(bytes))
    assert.match(refusal, words)
    assert.match(refusal, /请/, 'says what to do')
  }
  assert.match(await refusalOf('合同.exe', exe), /不能上传 \.exe 文件/)
})

test('a PDF behind something else is two files in one', async () => {
  assert.match(await refusalOf('a.pdf', Buffer.concat([Buffer.from('MZ text'), pdfFile()])), /内容却是/)
  assert.match(await refusalOf('a.pdf', Buffer.concat([zipFile([]), pdfFile()])), /内容却是/)
  assert.equal(await refusalOf('a.pdf', Buffer.concat([Buffer.from('\r\n'), pdfFile()])), 'taken as pdf')
})

test('a PDF that is only its beginning and end', async () => {
  assert.match(await refusalOf('a.pdf', Buffer.from('%PDF-1.4\n')), /不完整（缺少结尾）/)
  assert.match(await refusalOf('a.pdf', Buffer.from('%PDF-1.4\nstartxref\n9\n%%EOF')), /已损坏，无法打开/)
  assert.match(await refusalOf('a.pdf', Buffer.from('%PDF-1.4\nstartxref\nx\n%%EOF')), /已损坏，无法打开/)
  assert.match(
    await refusalOf('a.pdf', Buffer.from(`%PDF-1.4\n${'trailer << '.repeat(1000)}startxref 9`)),
    /已损坏/,
  )
  const rootless = Buffer.from(pdfFile().toString('latin1').replace('/Root 1 0 R', '/Foot 1 0 R'), 'latin1')
  assert.match(await refusalOf('a.pdf', rootless), /已损坏/)
})

test('a PDF that viewers repair is taken: its table stands elsewhere than it says', async () => {
  const shifted = Buffer.from(
    pdfFile()
      .toString('latin1')
      .replace(/startxref\n\d+/, 'startxref\n0'),
    'latin1',
  )
  assert.equal(await refusalOf('a.pdf', shifted), 'taken as pdf')
})

test('PDFs of another program, with tables and with cross-reference streams, changed later, and encrypted', async () => {
  for (const useXRefStream of [false, true]) {
    const pdf = await PDF.load(pdfFile())
    const plain = await pdf.save({ useXRefStream })
    assert.equal(await refusalOf('a.pdf', plain), 'taken as pdf')

    const again = await PDF.load(plain)
    again.setTitle('changed')
    assert.equal(await refusalOf('a.pdf', await again.save({ incremental: true })), 'taken as pdf')

    for (const passwords of [{ userPassword: 'x', ownerPassword: 'y' }, { ownerPassword: 'y' }]) {
      const locked = await PDF.load(plain)
      locked.setProtection(passwords)
      const bytes = await locked.save({ useXRefStream })
      assert.match(await refusalOf('a.pdf', bytes), /设有密码或使用限制，.*请取消密码/)
    }
  }
})

test('an encrypted PDF whose table is elsewhere, or that writes the name otherwise', async () => {
  const locked = pdfFile().toString('latin1').replace('/Root', '/#45ncrypt 9 0 R /Root')
  assert.match(await refusalOf('a.pdf', Buffer.from(locked, 'latin1')), /设有密码/)
  const shifted = locked.replace(/startxref\n\d+/, 'startxref\n1')
  assert.match(await refusalOf('a.pdf', Buffer.from(shifted, 'latin1')), /设有密码/)
  const inText = pdfFile().toString('latin1').replace('/Root', '/ID [(/Encrypt \\) (nested) ) <00>] /Root')
  assert.equal(await refusalOf('a.pdf', Buffer.from(inText, 'latin1')), 'taken as pdf')
})

test('pictures of too many pixels', async () => {
  for (const [name, make] of [
    ['a.png', pngFile],
    ['a.jpg', jpegFile],
  ] as const) {
    assert.match(
      await refusalOf(name, make(30_000, 30_000)),
      /30000×30000 像素，超过上限（每边 12000、合计 1 亿像素），请缩小/,
    )
    assert.match(await refusalOf(name, make(12_001, 10)), /超过上限/)
    assert.match(await refusalOf(name, make(10_001, 10_000)), /超过上限/)
    assert.doesNotMatch(await refusalOf(name, make(10_000, 10_000)), /像素/)
    assert.doesNotMatch(await refusalOf(name, make(12_000, 8_000)), /像素/)
    assert.match(await refusalOf(name, make(0, 10)), /已损坏/)
  }
})

test('pictures that break off, or hold something else', async () => {
  const jpeg = jpegFile()
  assert.match(await refusalOf('a.jpg', jpeg.subarray(0, -2)), /不完整或已损坏，请重新扫描/)
  assert.match(await refusalOf('a.jpg', Buffer.from('ffd8ffd9', 'hex')), /已损坏/)
  assert.match(
    await refusalOf('a.jpg', Buffer.concat([jpeg.subarray(0, 3), Buffer.from('text'.repeat(100))])),
    /已损坏/,
  )
  // A camera's trailer behind the end of the picture is common; a restart mark inside it is part of it.
  assert.equal(await refusalOf('a.jpg', Buffer.concat([jpeg, Buffer.alloc(100)])), 'taken as jpeg')
  assert.equal(
    await refusalOf('a.jpg', jpegFile(8, 8, Buffer.from('01ffd002ffff00', 'hex'))),
    'taken as jpeg',
  )

  const png = pngFile()
  const flipped = Buffer.from(png)
  flipped[45] = (flipped[45] ?? 0) ^ 1
  assert.match(await refusalOf('a.png', flipped), /已损坏/)
  const endless = Buffer.concat([png.subarray(0, -12), pngChunk('tEXt', Buffer.from('x'))])
  assert.match(await refusalOf('a.png', endless), /不完整/)
  const empty = Buffer.concat([png.subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))])
  assert.match(await refusalOf('a.png', empty), /不完整/)
})

test('a mark that lies across the end of a window of reading is found', async () => {
  const window = 16 * 1024
  const start = jpegFile(8, 8, Buffer.alloc(0)).length - 2
  for (const size of [window - start - 1, window - 1, window, window + 1]) {
    assert.equal(await refusalOf('a.jpg', jpegFile(8, 8, Buffer.alloc(size))), 'taken as jpeg', String(size))
  }
})

test('macros, passwords and other packages', async () => {
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
  const refused: [string, Buffer, RegExp][] = [
    ['a.docx', officeFile('application/vnd.ms-word.document.macroEnabled.main+xml'), /含有宏.*另存为 PDF/],
    ['a.xlsx', officeFile('application/vnd.ms-excel.sheet.macroEnabled.main+xml'), /含有宏/],
    ['a.docx', officeFile(word, [{ name: 'word/vbaProject.bin', text: 'x' }]), /含有宏/],
    [
      'a.docx',
      officeFile('application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml'),
      /内容不是 Word/,
    ],
    ['a.docx', zipFile([{ name: 'a.exe', text: 'x' }]), /内容是压缩包，请解压/],
    ['a.docx', officeFile(word, [{ name: 'b', text: 'x', flags: 1 }]), /设有打开密码/],
    ['a.docx', oleFile([{ name: 'EncryptedPackage' }, { name: 'EncryptionInfo' }]), /设有打开密码/],
    ['a.xls', oleFile([{ name: 'Workbook' }, { name: '_VBA_PROJECT_CUR' }]), /含有宏/],
    ['a.doc', oleFile([{ name: 'Macros' }, { name: 'WordDocument' }]), /含有宏/],
    ['a.doc', oleFile([{ name: '\u0005SummaryInformation' }, { name: '䡀㼿䕷䑬㭪䗤䠤' }]), /可能是安装程序/],
    [
      'a.doc',
      oleFile([
        { name: 'WordDocument', begin: Buffer.from('eca5c100000000000000 0001'.replace(' ', ''), 'hex') },
      ]),
      /设有打开密码/,
    ],
    [
      'a.xls',
      oleFile([
        { name: 'Workbook', begin: Buffer.from('090804000006050 02f000200'.replace(' ', ''), 'hex') },
      ]),
      /设有打开密码/,
    ],
  ]
  for (const [name, bytes, words] of refused) assert.match(await refusalOf(name, bytes), words)
})

test('a package whose directory points outside of the file, or does not end', async () => {
  const bytes = docxFile()
  for (const [offset, value] of [
    [bytes.length - 6, 0xfffffff0],
    [bytes.length - 10, 0xfffffff0],
    [bytes.length - 12, 0xffff],
  ] as const) {
    const changed = Buffer.from(bytes)
    if (value === 0xffff) changed.writeUInt16LE(value, offset)
    else changed.writeUInt32LE(value, offset)
    assert.match(await refusalOf('a.docx', changed), /不完整或已损坏/)
  }
  const bomb = zipFile([{ name: '[Content_Types].xml', text: ' '.repeat(5 * mb) }])
  assert.match(await refusalOf('a.docx', bomb), /不完整或已损坏/)
})

test('a compound file whose chains run in a circle', async () => {
  const bytes = docFile()
  // The directory's sector is followed by itself, an entry's right neighbour is the entry.
  bytes.writeUInt32LE(1, 512 + 4)
  bytes.writeUInt32LE(1, 1024 + 128 + 72)
  assert.match(await refusalOf('a.doc', bytes), /不完整或已损坏/)
})

test('10 MB made to be slow are judged in few and small steps', async () => {
  const size = 10 * mb
  const jpegHead = jpegFile(8, 8, Buffer.alloc(0)).subarray(0, -2)
  const fill = (begin: Uint8Array, pattern: string | Uint8Array, end = '') =>
    Buffer.concat([begin, Buffer.alloc(size - begin.length - end.length, pattern), Buffer.from(end)])
  const slow: [string, Buffer][] = [
    ['a.jpg', fill(jpegHead, Buffer.from('ff00', 'hex'))],
    ['a.jpg', fill(jpegHead, Buffer.from('ff', 'hex'))],
    ['a.jpg', fill(jpegHead, Buffer.from('ffe00002', 'hex'))],
    ['a.png', fill(pngFile().subarray(0, 33), pngChunk('tEXt', Buffer.alloc(0)))],
    ['a.png', fill(pngFile().subarray(0, 33), Buffer.from('009fff0049444154', 'hex'))],
    ['a.pdf', fill(Buffer.from('%PDF-1.4\n'), 'trailer<<', 'startxref\n9\n')],
    ['a.pdf', fill(Buffer.from('%PDF-1.4\n'), 'xref trailer <</Prev 9>>\n', 'startxref\n9\n')],
    ['a.pdf', fill(Buffer.from('%PDF-1.4\n'), '(', 'trailer << startxref\n9\n')],
    ['a.pdf', pdfOfSize(size)],
    ['a.doc', fill(docFile().subarray(0, 512), Buffer.from('00000000', 'hex'))],
    ['a.xlsx', fill(Buffer.from('PK\u0003\u0004'), 'PK\u0001\u0002')],
  ]
  for (const [name, bytes] of slow) {
    let steps = 0
    const view = {
      size: bytes.length,
      async read(position: number, length: number) {
        steps += 1
        assert.ok(length <= 1.5 * mb, `${name} reads ${length} bytes at once`)
        return bytes.subarray(position, position + length)
      },
    }
    await contentKind(view, name).catch((error: unknown) => assert.ok(error instanceof BadFile))
    assert.ok(steps < 10_000, `${name} took ${steps} steps`)
  }
})
