import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import { paths } from '#ui/paths.ts'
import { StateWord, type Tone } from '#ui/Words.tsx'
import type { Finding } from './key-check.ts'
import s from './Key.module.css'

const results: Readonly<Record<Finding['result'], { words: string; tone: Tone }>> = {
  right: { words: '正常', tone: 'good' },
  mind: { words: '注意', tone: 'mind' },
  wrong: { words: '不正常', tone: 'bad' },
  unknown: { words: '未检查', tone: 'plain' },
}

/** What was found, row by row, with the way to mend it. `onConsent`: asks the key agent to let this site in. */
export const CheckTable = ({
  findings,
  busy = false,
  download = true,
  onConsent,
}: {
  findings: readonly Finding[]
  busy?: boolean
  /** Leads to the download where that mends something; not on the page of the download itself. */
  download?: boolean
  onConsent?: () => void
}) => (
  <table className={s['checks']} aria-label="检查结果">
    <thead>
      <tr>
        <th scope="col" className={s['narrow']}>
          项目
        </th>
        <th scope="col" className={s['narrow']}>
          结果
        </th>
        <th scope="col">说明和办法</th>
      </tr>
    </thead>
    <tbody>
      {findings.map(({ what, result, words, at }) => (
        <tr key={`${what} ${words}`}>
          <th scope="row">{what}</th>
          <td>
            <StateWord tone={results[result].tone}>{results[result].words}</StateWord>
          </td>
          <td>
            <div className={s['remedy']}>
              <span>{words}</span>
              {at === 'download' && download && <Link to={paths.keyAgent()}>客户端控件下载</Link>}
              {at === 'consent' && onConsent !== undefined && (
                <Button size="small" disabled={busy} onClick={onConsent}>
                  请求允许
                </Button>
              )}
            </div>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
