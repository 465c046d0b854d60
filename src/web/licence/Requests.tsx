/** 许可证退换 on the licence's page: its chain of exchanges, the request that is open, and where to begin one. */
import { Button } from 'antd'
import { Link, useNavigate } from '@tanstack/react-router'
import type { LicenceDetail } from '#api/licence.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Notice } from '#ui/Words.tsx'
import { titles } from '../request/words.ts'
import s from './Licence.module.css'

export function Chain({ licence, at }: { licence: LicenceDetail; at: (id: string) => string }) {
  if (licence.chain.length < 2) return null
  return (
    <Section title="换证经过">
      <ol className={s['chain']}>
        {licence.chain.map((one) => (
          <li key={one.id}>
            {one.id === licence.id ? (
              <strong>
                <PaperNo value={one.licenceNo} />
              </strong>
            ) : (
              <Link to={at(one.id)}>
                <PaperNo value={one.licenceNo} />
              </Link>
            )}
            <span>{one.stateLabel}</span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** What can be asked for a licence in its state; the entry page says why not, where a rule refuses. */
const beginnings = {
  valid: ['cancellation', 'amendment'],
  expired: ['cancellation'],
  cleared: ['write_off'],
} as const
const isBeginning = (state: string): state is keyof typeof beginnings => Object.hasOwn(beginnings, state)

export function Requests({ licence }: { licence: LicenceDetail }) {
  const me = useMe()
  const navigate = useNavigate()
  const open = licence.openRequest
  if (open !== null) {
    const to = me.enterprise === null ? paths.requestReview(open.id) : paths.request(open.id)
    return (
      <div className={s['open']}>
        <Notice action={<Link to={to}>打开申请</Link>}>
          {open.kindLabel}：{open.stateLabel}
        </Notice>
      </div>
    )
  }
  if (me.enterprise === null || !isBeginning(licence.state)) return null
  const offered = beginnings[licence.state].filter((group) => me.permissions.includes(`${group}.save`))
  if (offered.length === 0) return null
  return (
    <Section title="许可证退换">
      <div className={s['begin']}>
        {offered.map((group) => (
          <Button
            key={group}
            onClick={() => void navigate({ to: paths.requestEntry(group, licence.licenceNo) })}
          >
            {titles[group].entry}
          </Button>
        ))}
      </div>
    </Section>
  )
}
