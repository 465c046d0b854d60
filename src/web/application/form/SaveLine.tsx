import { useSyncExternalStore } from 'react'
import { Button } from 'antd'
import { formatInstant } from '#domain/day.ts'
import { classes } from '#ui/field-parts.ts'
import { useSlow } from '#ui/use-slow.ts'
import type { SaveState, Session } from './session.ts'
import s from './Checklist.module.css'

export const useSaveState = (session: Session): SaveState =>
  useSyncExternalStore(session.subscribe, session.state)

/** 已自动保存 14:03:22 · 正在保存 · 未能保存，内容在本机. Says it to screen readers too, without interrupting. */
export function SaveLine({ session, byHand }: { session: Session; byHand: boolean }) {
  const state = useSaveState(session)
  const slow = useSlow(state.kind === 'saving')
  return (
    <div className={classes(s['save'], state.kind === 'failed' && s['failed'])} role="status">
      <p>{wordsOf(state, slow, byHand)}</p>
      {state.kind === 'failed' && (
        <>
          <p className={s['small']}>
            {state.again ? '服务器没有回答，会自动再试。填写的内容没有丢。' : state.words}
          </p>
          {!state.kept && <p className={s['small']}>本机也存不下这些内容，请不要关闭本页。</p>}
          <Button size="small" onClick={() => void session.flush()}>
            立即重试
          </Button>
        </>
      )}
      {state.kind === 'saved' && state.held.length > 0 && (
        <p className={s['small']}>{state.held.length} 项填写有误，没有保存到服务器，暂留在本机</p>
      )}
    </div>
  )
}

function wordsOf(state: SaveState, slow: boolean, byHand: boolean): string {
  switch (state.kind) {
    case 'saved':
      return state.at === ''
        ? '没有新的改动'
        : `${byHand ? '已保存' : '已自动保存'} ${formatInstant(new Date(state.at)).slice(11)}`
    case 'waiting':
      return byHand ? '还没有保存，按“暂存”生成申请表' : '有改动，稍后自动保存'
    case 'saving':
      return slow ? '正在保存…' : '正在保存'
    case 'failed':
      return state.kept ? '未能保存，内容在本机' : '未能保存'
    case 'stale':
      return '没有保存：申请表已在别处改动'
  }
}
