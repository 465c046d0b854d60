import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { StartError, startLine } from './start-error.ts'

const withCode = (code: string, more: object = {}) => Object.assign(new Error('x'), { code }, more)

test('a failure its reader can mend has one Chinese line, a fault of ours has none', () => {
  assert.equal(startLine(new StartError('原因')), '原因')
  assert.match(startLine(withCode('ENOSPC', { path: '/数据' })) ?? '', /^磁盘空间不足（\/数据）/)
  assert.match(startLine(withCode('53100')) ?? '', /^磁盘空间不足，/)
  assert.match(startLine(withCode('EACCES', { path: '/a' })) ?? '', /没有权限访问 \/a/)
  assert.match(startLine(withCode('EROFS', { path: '/a' })) ?? '', /只读/)
  assert.match(startLine(withCode('EACCES', { syscall: 'listen', port: 80 })) ?? '', /没有权限使用端口 80/)
  const wrapped = new Error('migration 0001', { cause: withCode('53100') })
  assert.match(startLine(wrapped) ?? '', /^磁盘空间不足/)
  assert.equal(startLine(new TypeError('x')), undefined)
  assert.equal(startLine('x'), undefined)
})

test('what the system itself throws is recognised', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  const second = createServer().listen(address.port, '127.0.0.1')
  const [error] = await once(second, 'error')
  server.close()
  assert.match(startLine(error) ?? '', new RegExp(`端口 ${address.port} 已被占用`))
})
