import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { hashPassword, isPassword } from './password.ts'

const costOf = (hash: string) => hash.split('$').slice(0, 4).join('$')

test('a password is kept as argon2id, and only the right one is', async () => {
  const stored = await hashPassword('Correct-Horse-1')
  assert.equal(costOf(stored), '$argon2id$v=19$m=19456,t=2,p=1')
  assert.notEqual(await hashPassword('Correct-Horse-1'), stored, 'each with its own salt')
  assert.equal(await isPassword(stored, 'Correct-Horse-1'), true)
  assert.equal(await isPassword(stored, 'correct-horse-1'), false)
  assert.equal(await isPassword(undefined, 'Correct-Horse-1'), false)
})

test('for a name nobody has, a hash of the same cost is looked at', async () => {
  const source = readFileSync(new URL('./password.ts', import.meta.url), 'utf8')
  const nobody = /'(\$argon2id[^']+)'/.exec(source)?.[1] ?? ''
  assert.equal(costOf(nobody), costOf(await hashPassword('Correct-Horse-1')))
})

test('a password that the rule refuses is not kept', async () => {
  await assert.rejects(hashPassword('short'), /10 至 20 位/)
})
