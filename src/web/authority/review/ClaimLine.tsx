import type { ApplicationDetail } from '#api/application.ts'
import { application, type ApplicationAction } from '#domain/application/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { Notice } from '#ui/Words.tsx'
import { performOnApplication } from '../queries.ts'
import type { Claim } from './use-claim.ts'
import s from './Review.module.css'

interface ClaimProps {
  detail: ApplicationDetail
  claim: Claim
  onChanged: () => void
}

/** Who handles it, in one line; 领取 and 放回 where they can be done. */
export function ClaimLine({ detail, claim, onChanged }: ClaimProps) {
  const { claimedBy } = detail
  if (claim.pending) return <span className={s['claim']}>正在领取…</span>
  if (claimedBy === null) {
    return (
      <span className={s['claim']}>
        无人领取
        <ClaimButton detail={detail} action="claim" onChanged={onChanged} />
      </span>
    )
  }
  if (!claimedBy.self) return null
  return (
    <span className={s['claim']}>
      <span title={claim.byOpening ? '打开时已自动领取；没有填写意见就看下一件时，自动放回' : undefined}>
        {claim.byOpening ? '已自动领取，由您处理' : '由您处理'}
      </span>
      <ClaimButton detail={detail} action="release" onChanged={onChanged} />
    </span>
  )
}

/** When somebody else has it, or it may not be this person's: said across the page, with the way out. */
export function ClaimBanner({ detail, onChanged }: Omit<ClaimProps, 'claim'>) {
  const { claimedBy } = detail
  const refused = detail.actions.find(({ action }) => action === 'claim')?.because
  if (claimedBy !== null && !claimedBy.self) {
    return (
      <Notice
        kind="warning"
        action={<ClaimButton detail={detail} action="take_over" onChanged={onChanged} />}
      >
        <strong>{claimedBy.name}</strong> 自 <Instant at={claimedBy.at} short />{' '}
        起正在处理这份申请表，您现在只能查看。
      </Notice>
    )
  }
  return refused === undefined || claimedBy !== null ? null : (
    <Notice kind="warning">{refused}。您可以查看。</Notice>
  )
}

function ClaimButton({
  detail,
  action,
  onChanged,
}: Omit<ClaimProps, 'claim'> & { action: ApplicationAction }) {
  return (
    <ActionBar
      machine={application}
      offered={detail.actions.filter(({ because }) => because === undefined)}
      version={detail.version}
      perform={performOnApplication(detail.id)}
      only={[action]}
      quiet
      onDone={onChanged}
      onRefresh={onChanged}
    />
  )
}
