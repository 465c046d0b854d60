/** A licence at customs, beside its sheet: what is used and left, each use, and the messages both ways. */
import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { LicenceDetail } from '#api/licence.ts'
import type { MessageRow, UseRow } from '#api/customs.ts'
import { compare, divide, multiply } from '#domain/decimal.ts'
import { classes } from '#ui/field-parts.ts'
import { Pair } from '#ui/FormView.tsx'
import { DayText, Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useMe, useToday } from '#ui/session.ts'
import { Failed, StateWord } from '#ui/Words.tsx'
import { licenceCustomsQuery } from './queries.ts'
import { RegisterUseDialog } from './RegisterUseDialog.tsx'
import { messageTones } from './tones.ts'
import { customsOf } from './words.ts'
import s from './Customs.module.css'
import l from '../licence/Licence.module.css'

export function LicenceCustoms({ licence }: { licence: LicenceDetail }) {
  const read = useQuery(licenceCustomsQuery(licence.id))
  const may = useMay('licence.register_use')
  const isOfficer = useMe().enterprise === null
  const today = useToday()
  const [registering, setRegistering] = useState(false)
  const { usedQuantity, quantity, goodsUnit, useCount } = licence
  const share = Math.min(100, Number(divide(multiply(usedQuantity, '100'), quantity, 1)))
  const found = read.data
  const offered = found?.offered.some(({ action, because }) => action === 'register_use' && !because)
  return (
    <>
      <Section
        title="海关使用情况"
        action={
          may && offered === true ? (
            <Button size="small" onClick={() => setRegistering(true)}>
              人工登记
            </Button>
          ) : !isOfficer && licence.state === 'valid' ? (
            <Link to={paths.check()} search={{ licenceNo: licence.licenceNo }}>
              报关前核对
            </Link>
          ) : undefined
        }
      >
        <dl className={l['facts']}>
          <Pair label="海关状态">{licence.customsState}</Pair>
        </dl>
        <div
          className={l['bar']}
          role="meter"
          aria-label="已使用"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share}
          aria-valuetext={`已使用 ${share}%`}
        >
          <span style={{ width: `${share}%` }} />
        </div>
        <dl className={l['balance']}>
          <Pair label="许可数量">
            <Quantity value={quantity} unit={goodsUnit} />
          </Pair>
          <Pair label="已使用">
            <Quantity value={usedQuantity} unit={goodsUnit} />
          </Pair>
          <Pair label="剩余">
            <Quantity value={found?.leftQuantity ?? licence.remainingQuantity} unit={goodsUnit} />
          </Pair>
          <Pair label="使用次数">
            {useCount} 次{found !== undefined && found.usesLeft > 0 && `，还可使用 ${found.usesLeft} 次`}
          </Pair>
          {found !== undefined && found.usesLeft > 0 && compare(found.overShipment, '0') > 0 && (
            <Pair label={`最后一次最多（含溢装 ${found.overShipment}%）`}>
              <Quantity value={found.lastMost} unit={goodsUnit} />
            </Pair>
          )}
        </dl>
        {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
        {found !== undefined && found.uses.length > 0 && <Uses uses={found.uses} />}
      </Section>
      {found !== undefined && found.sent.length > 0 && (
        <Section title="海关报文">
          <Messages sent={found.sent} received={found.received} />
        </Section>
      )}
      {registering && found !== undefined && (
        <RegisterUseDialog
          licence={{
            id: licence.id,
            version: found.version,
            licenceNo: licence.licenceNo,
            unit: goodsUnit,
            customsPort: found.customsPort,
            leftQuantity: found.leftQuantity,
          }}
          today={today}
          onLeave={() => setRegistering(false)}
        />
      )}
    </>
  )
}

function Uses({ uses }: { uses: readonly UseRow[] }) {
  return (
    <ul className={classes(s['items'], s['below'])} aria-label="使用记录">
      {uses.map((use) => (
        <li key={use.id}>
          <div className={s['line']}>
            <DayText day={use.declaredOn} />
            <Quantity value={use.quantity} unit={use.goodsUnit} />
          </div>
          <div>
            <PaperNo value={use.declarationNo} /> 第 {use.itemNo} 项{use.final && '，最后一次'}
          </div>
          <div className={s['soft']}>
            {customsOf(use)}
            {use.manualReason !== null &&
              ` · 人工登记${use.recordedBy === null ? '' : `（${use.recordedBy}）`}：${use.manualReason}`}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Messages({
  sent,
  received,
}: {
  sent: readonly MessageRow[]
  received: readonly {
    messageId: string
    kindLabel: string
    outcome: string
    reason: string
    receivedAt: string
  }[]
}) {
  const lines = [
    ...sent.map((one) => ({
      key: one.messageNo,
      what: `发出：${one.kindLabel}`,
      state: <StateWord tone={messageTones[one.state]}>{one.stateLabel}</StateWord>,
      at: one.sentAt ?? one.createdAt,
      words: one.error,
    })),
    ...received.map((one) => ({
      key: one.messageId,
      what: `收到：${one.kindLabel}`,
      state: one.outcome,
      at: one.receivedAt,
      words: one.reason,
    })),
  ].toSorted((a, b) => a.at.localeCompare(b.at))
  return (
    <ul className={s['items']} aria-label="收发报文">
      {lines.map(({ key, what, state, at, words }) => (
        <li key={key}>
          <div className={s['line']}>
            <span>{what}</span>
            <span>{state}</span>
          </div>
          <div className={s['soft']}>
            <Instant at={at} />
            {words !== null && words !== '' && ` · ${words}`}
          </div>
        </li>
      ))}
    </ul>
  )
}
