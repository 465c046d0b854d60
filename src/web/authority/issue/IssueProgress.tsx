import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { PaperNo } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { StateWord, type Tone } from '#ui/Words.tsx'
import { tallyOf, type Phase } from './progress.ts'
import type { Issuing } from './use-issuing.ts'
import s from './Issue.module.css'

const phases = {
  waiting: { words: '等待', tone: 'plain' },
  sending: { words: '正在提交', tone: 'waiting' },
  running: { words: '正在生成', tone: 'waiting' },
  done: { words: '已签发', tone: 'good' },
  failed: { words: '没有完成', tone: 'bad' },
  refused: { words: '不能生成', tone: 'bad' },
  stopped: { words: '已取消', tone: 'plain' },
} as const satisfies Record<Phase, { words: string; tone: Tone }>

/** How the asked-for licences come out: a bar while it runs, then each with its result. */
export function IssueProgress({ issuing }: { issuing: Issuing }) {
  const { items, active, stop, clear } = issuing
  if (items.length === 0) return null
  const { all, over, done, wrong, stopped } = tallyOf(items)
  const waiting = items.some(({ phase }) => phase === 'waiting')
  return (
    <section className={s['progress']} aria-label="生成电子许可证的结果">
      <div className={s['progressHead']}>
        <p role="status">
          {active ? `正在生成电子许可证 ${over} / ${all}` : `生成完毕：签发 ${done} 份`}
          {wrong > 0 && <span className={s['wrong']}>，{wrong} 份没有生成，原因见下</span>}
          {stopped > 0 && `，取消 ${stopped} 份`}
        </p>
        {active && <progress max={all} value={over} aria-label="进度" />}
        {active && waiting && <Button onClick={stop}>取消其余</Button>}
        {!active && <Button onClick={clear}>收起</Button>}
      </div>
      <ul className={s['items']}>
        {items.map((item) => (
          <li key={item.id}>
            <Link to={paths.authorityLicence(item.id)}>
              <PaperNo value={item.licenceNo} />
            </Link>
            <StateWord tone={phases[item.phase].tone}>{phases[item.phase].words}</StateWord>
            <span className={s['itemWords']}>{item.phase === 'done' ? '' : item.words}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
