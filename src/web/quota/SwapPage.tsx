import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { actOnSwap, type SwapDetail } from '#api/swap.ts'
import { swap } from '#domain/swap/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'
import { Pair } from '#ui/FormView.tsx'
import { Instant, Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { Timeline } from '#ui/Timeline.tsx'
import { shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../OneThing.tsx'
import { swapQuery, useDesk } from './queries.ts'
import { swapTone } from './swap-tone.ts'
import s from './Quota.module.css'

/** One request to swap: what goes out, what comes in, what may be done, and what has happened. */
export function SwapPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const desk = useDesk()
  const read = useQuery(swapQuery(id))
  return (
    <OneThing title="配额调换申请" read={read} side={320} next={<Link to={desk.swaps}>打开调换记录</Link>}>
      {(detail, refresh) => <Swap detail={detail} onRefresh={refresh} />}
    </OneThing>
  )
}

function Swap({ detail, onRefresh }: { detail: SwapDetail; onRefresh: () => void }) {
  const client = useQueryClient()
  const desk = useDesk()
  return (
    <>
      <PageTitle
        title="配额调换申请"
        state={<StateWord tone={swapTone(detail.state)}>{detail.stateLabel}</StateWord>}
        note={detail.enterpriseName}
      >
        <ActionBar
          machine={swap}
          offered={detail.offered}
          version={detail.version}
          primary="approve"
          perform={(action, body) => call(actOnSwap, { params: { id: detail.id, action }, body })}
          onDone={() => void client.invalidateQueries({ queryKey: ['quota'] })}
          onRefresh={onRefresh}
        />
      </PageTitle>
      <div className={s['halves']}>
        <div>
          <Section title="调出">
            <dl className={s['facts']}>
              <Pair label="有色金属产品">{detail.fromGoodsName}</Pair>
              <Pair label="年度">{detail.year}</Pair>
              <Pair label="配额文号">
                <Link to={desk.account(detail.fromAccountId)}>{detail.docNo}</Link>
              </Pair>
              <Pair label="商品大类">{detail.categoryCode}</Pair>
              <Pair label="贸易方式">{detail.tradeModeName}</Pair>
              <Pair label="进口国（地区）">{detail.countryName}</Pair>
              <Pair label="配额未使用量">
                <Quantity value={detail.unused} unit={detail.unit} />
              </Pair>
              <Pair label="配额总量">
                <Quantity value={detail.granted} unit={detail.unit} />
              </Pair>
              <Pair label="调出数量">
                <Quantity value={detail.quantity} unit={detail.unit} />
              </Pair>
            </dl>
          </Section>
          <Section title="调入">
            <dl className={s['facts']}>
              <Pair label="有色金属产品">{detail.toGoodsName}</Pair>
              <Pair label="调换比例">1 : {detail.ratio}</Pair>
              <Pair label="调入数量">
                <Quantity value={detail.toQuantity} unit={detail.unit} />
              </Pair>
              <Pair label="调入账户">
                {detail.toAccountId === null ? (
                  '批准后调入同一配额文号'
                ) : (
                  <Link to={desk.account(detail.toAccountId)}>查看明细账</Link>
                )}
              </Pair>
            </dl>
          </Section>
          <Section title="申请">
            <dl className={s['facts']}>
              <Pair label="申请人">{detail.createdBy}</Pair>
              <Pair label="申请时间">
                <Instant at={detail.createdAt} />
              </Pair>
              <Pair label="审批人">{shown(detail.decidedBy)}</Pair>
              <Pair label="审批时间">
                <Instant at={detail.decidedAt} />
              </Pair>
              <Pair label="调换原因" wide>
                {detail.reason}
              </Pair>
            </dl>
          </Section>
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}
