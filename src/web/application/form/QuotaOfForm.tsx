import { QuotaLine, QuotaLeft } from '../../quota/QuotaLine.tsx'
import { Notice } from '#ui/Words.tsx'
import { isManaged } from './facts.ts'
import { useJudged, usePart, useText } from './store.ts'
import s from './Form.module.css'

/** What decides which quota account the form draws from. */
const useAsked = () => ({
  year: useText('quotaYear'),
  hsCode: useText('hsCode'),
  tradeMode: useText('tradeMode'),
  country: useText('destinationCountry'),
  docNo: useText('quotaDocNo'),
})

/** How the goods are managed, and what is left of the quota that the form names. */
export function QuotaOfForm({ bidding }: { bidding: boolean }) {
  const asked = useAsked()
  const unit = usePart((store) => store.known().goods?.unitName ?? '')
  const { totals } = useJudged()
  return (
    <>
      <Notice kind="info">
        该商品实行{bidding ? '配额招标' : '配额'}管理。可以录入和盖章，上报时核对本企业 {asked.year}{' '}
        年度的配额余量。
      </Notice>
      <div className={s['gapAbove']}>
        <QuotaLine asked={asked} quantity={totals.totalQuantity} unit={unit} />
      </div>
    </>
  )
}

/** 配额余量 in the checklist: one line, only for goods under quota. */
export function QuotaInChecklist() {
  const asked = useAsked()
  const managed = usePart((store) => isManaged(store.known().goods, store.content().form.destinationCountry))
  const unit = usePart((store) => store.known().goods?.unitName ?? '')
  const { totals } = useJudged()
  return managed ? <QuotaLeft asked={asked} quantity={totals.totalQuantity} unit={unit} /> : null
}
