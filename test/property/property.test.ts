/**
 * Random sequences of all actions and messages against the real server, a few of them: the ledger proves, no licence is
 * over-used, every refusal is in words, and what was acknowledged stands in the history. `npm run property` plays
 * thousands.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'

test('no sequence of actions and messages breaks the ledger, a licence or the history', () => {
  // In a process of its own: the runner watches every promise of its own one, which makes each request half as slow again.
  const program = path.join(import.meta.dirname, 'run.ts')
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const played = spawnSync(process.execPath, [program, '--runs', '8', '--workers', '1'], {
    encoding: 'utf8',
    env,
  })
  assert.equal(played.status, 0, `${played.stdout}\n${played.stderr}`)
  assert.match(played.stdout, /^8 sequences, [1-9]/m)
})
