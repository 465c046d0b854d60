import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyApplication } from '#domain/application/form.ts'
import { CallFailed } from '#ui/call.ts'
import { withValue, type Content } from './content.ts'
import type { Store } from '../../keep.ts'
import { keeperOf } from './keep.ts'
import { openSession, type Newest, type Sent } from './session.ts'

const empty: Content = { form: emptyApplication, contractSheet: null }
const withNo = (contractNo: string): Content => withValue(empty, 'contractNo', contractNo)
const failure = (status: number, code: string) => new CallFailed(status, { code, words: `words of ${code}` })

function memory(): Store {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    key: (index) => [...values.keys()][index] ?? null,
    get length() {
      return values.size
    },
  }
}

/** A session whose timers run when the test says so and whose server is a list of answers. */
function stage(more: { byHand?: boolean; saved?: Content; newest?: Newest } = {}) {
  const timers: { run: () => void; milliseconds: number }[] = []
  const sent: { contractNo: string; version: number }[] = []
  const answers: (CallFailed | (() => Promise<void>))[] = []
  const store = memory()
  const keeper = keeperOf(store, 'person', 'application')
  const saved = 'saved' in more ? more.saved : empty
  const session = openSession(
    {
      keeper,
      send: async (content, _, version): Promise<Sent> => {
        sent.push({ contractNo: content.form.contractNo, version })
        const answer = answers.shift()
        if (answer instanceof CallFailed) throw answer
        await answer?.()
        return { version: version + 1, savedAt: '2026-11-22T06:03:22.000Z' }
      },
      newest: async () => more.newest ?? { version: 9, content: empty, editable: true },
      now: () => new Date('2026-11-22T06:00:00Z'),
      setTimer: (run, milliseconds) => {
        const timer = { run, milliseconds }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
      ...(more.byHand === undefined ? {} : { byHand: more.byHand }),
    },
    { version: 1, saved, savedAt: '', content: saved ?? empty },
  )
  session.open()
  const elapse = async () => {
    for (const { run } of timers.splice(0)) run()
    await session.flush()
  }
  return { session, sent, answers, timers, keeper, elapse }
}

test('what is typed is kept at once, sent after a pause, and then not kept any more', async () => {
  const { session, sent, timers, keeper, elapse } = stage()
  session.typed(withNo('A'))
  session.typed(withNo('AB'))
  assert.deepEqual([session.state().kind, timers.length, sent.length], ['waiting', 1, 0])
  assert.equal(keeper.read()?.content.form.contractNo, 'AB')
  assert.equal(keeper.read()?.version, 1)
  await elapse()
  assert.deepEqual(sent, [{ contractNo: 'AB', version: 1 }])
  assert.deepEqual(session.state(), { kind: 'saved', at: '2026-11-22T06:03:22.000Z', held: [] })
  assert.equal(keeper.read(), undefined)
  assert.equal(session.unsaved(), false)
})

test('typing on while a save is on its way sends the rest with the new version', async () => {
  const { session, sent, answers } = stage()
  answers.push(async () => session.typed(withNo('AB')))
  session.typed(withNo('A'))
  assert.equal(await session.flush(), true)
  assert.deepEqual(sent, [
    { contractNo: 'A', version: 1 },
    { contractNo: 'AB', version: 2 },
  ])
})

test('other writes wait for the save before them and hand on their version', async () => {
  const { session, sent } = stage()
  session.typed(withNo('A'))
  const [, done] = await Promise.all([
    session.flush(),
    session.write(async (version) => ({ version: version + 5, seen: version })),
  ])
  assert.equal(done.seen, 2)
  session.typed(withNo('B'))
  await session.flush()
  assert.equal(sent.at(-1)?.version, 7)
})

test('a malformed field stays behind, is kept here and makes the page unsaved', async () => {
  const { session, sent, keeper } = stage()
  const typed = withValue(withNo('A'), 'contractAmount', '1e5')
  session.typed(typed)
  await session.flush()
  assert.equal(sent.length, 1)
  const state = session.state()
  assert.equal(state.kind === 'saved' && state.held[0]?.path, 'contractAmount')
  assert.equal(keeper.read()?.content.form.contractAmount, '1e5')
  assert.equal(keeper.read()?.version, 2)
  assert.equal(session.unsaved(), true)
})

test('without a connection the text stays here and is sent again, later each time', async () => {
  const { session, sent, answers, timers, keeper, elapse } = stage()
  answers.push(failure(0, 'network'), failure(503, 'fault'))
  session.typed(withNo('A'))
  assert.equal(await session.flush(), false)
  const state = session.state()
  assert.deepEqual(state.kind === 'failed' && [state.kept, state.again], [true, true])
  assert.equal(timers[0]?.milliseconds, 3000)
  assert.equal(keeper.read()?.content.form.contractNo, 'A')
  await session.flush()
  assert.equal(timers[0]?.milliseconds, 6000)
  await elapse()
  assert.equal(sent.length, 3)
  assert.equal(session.state().kind, 'saved')
})

test('a refused save is not repeated by itself', async () => {
  const { session, answers, timers } = stage()
  answers.push(failure(403, 'permission'))
  session.typed(withNo('A'))
  await session.flush()
  assert.deepEqual([session.state().kind, timers.length], ['failed', 0])
})

test('somebody else was faster: nothing is sent, the own text stays kept over its own version', async () => {
  const newest = { version: 4, content: withNo('theirs'), editable: true }
  const { session, sent, answers, keeper } = stage({ newest })
  answers.push(failure(409, 'stale'))
  session.typed(withNo('mine'))
  assert.equal(await session.flush(), false)
  assert.equal(session.state().kind, 'stale')
  session.typed(withNo('mine too'))
  assert.equal(await session.flush(), false)
  assert.equal(sent.length, 1)
  assert.deepEqual([keeper.read()?.version, keeper.read()?.content.form.contractNo], [1, 'mine too'])
})

test('a save that had arrived although no answer came back is recognised', async () => {
  const newest = { version: 2, content: withNo('A'), editable: true }
  const { session, sent, answers } = stage({ newest })
  answers.push(failure(0, 'network'), failure(409, 'stale'))
  session.typed(withNo('A'))
  await session.flush()
  assert.equal(await session.flush(), true)
  assert.equal(session.version(), 2)
  assert.equal(sent.length, 2)
})

test('a newer version with the same content (a file was added) is taken over', async () => {
  const { session, sent, answers } = stage({ newest: { version: 4, content: empty, editable: true } })
  answers.push(failure(409, 'stale'))
  session.typed(withNo('A'))
  assert.equal(await session.flush(), true)
  assert.deepEqual(sent.at(-1), { contractNo: 'A', version: 4 })
})

test('after a file was added its version is taken over, but not that of somebody else’s text', async () => {
  const own = stage({ newest: { version: 4, content: empty, editable: true } })
  await own.session.sync()
  assert.equal(own.session.version(), 4)
  const other = stage({ newest: { version: 4, content: withNo('theirs'), editable: true } })
  await other.session.sync()
  assert.equal(other.session.version(), 1)
})

test('an application that left the editable states is not written', async () => {
  const { session, answers } = stage({ newest: { version: 4, content: empty, editable: false } })
  answers.push(failure(409, 'stale'))
  session.typed(withNo('A'))
  assert.equal(await session.flush(), false)
  assert.equal(session.state().kind, 'stale')
})

test('an application that does not exist yet is sent by hand only', async () => {
  const { session, sent, timers } = stage({ byHand: true, saved: undefined as never })
  session.typed(withNo('A'))
  assert.deepEqual([timers.length, sent.length, session.unsaved()], [0, 0, true])
  assert.equal(await session.flush(), true)
  assert.equal(sent.length, 1)
})

test('a closed page has no timers left', () => {
  const { session, timers } = stage()
  session.typed(withNo('A'))
  session.close()
  assert.equal(timers.length, 0)
  session.open()
  assert.equal(timers.length, 1)
})
