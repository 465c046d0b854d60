/** What waits for a person (待办): counts of the lists they work through, from the lists' own requests. */
import type { Me } from '#api/account.ts'
import { listApplications, listQueue } from '#api/application.ts'
import { listServiceRequests } from '#api/hall.ts'
import { listKeyRequests } from '#api/key.ts'
import { listLicences } from '#api/licence.ts'
import { listRequestQueue } from '#api/request.ts'
import { listSwaps } from '#api/swap.ts'
import { call } from '#ui/call.ts'
import { totalWords } from '#ui/list-state.ts'
import { paths } from '#ui/paths.ts'

export interface Waiting {
  label: string
  /** In words: 12, or 10,000+. */
  count: string
  to: string
  search: Record<string, string>
  /** Words of what is overdue among them. */
  late?: string | undefined
}

const oneRow = { page: 1, pageSize: 1 }

export async function waitingFor(me: Me, signal: AbortSignal): Promise<readonly Waiting[]> {
  const may = (permission: string) => me.permissions.includes(permission)
  const parts = await Promise.all([
    me.enterprise !== null && may('application.create') ? atTheDesk(signal) : [],
    may('application.pass_first') ? inTheQueues(signal) : [],
    may('cancellation.pass') ? requestsToReview(signal) : [],
    may('licence.issue') ? toIssue(signal) : [],
    may('swap.approve') ? swapsToDecide(signal) : [],
    may('key_request.approve') ? keysToApprove(signal) : [],
    may('service_request.approve_data') ? servicesIn('data_review', '待审企业信息', signal) : [],
    may('service_request.grant') ? servicesIn('requested', '待审应用', signal) : [],
  ])
  return parts.flat()
}

async function atTheDesk(signal: AbortSignal): Promise<Waiting[]> {
  const [toSubmit, toPrint] = await Promise.all([
    call(listApplications, { query: { list: 'to_submit', ...oneRow }, signal }),
    call(listApplications, { query: { list: 'to_print', ...oneRow }, signal }),
  ])
  return [
    ...toSubmit.counts.map(({ state, label, total }) => ({
      label,
      count: totalWords(total),
      to: paths.applications('to_submit'),
      search: { tab: state },
    })),
    { label: '待打印', count: totalWords(toPrint.total), to: paths.applications('to_print'), search: {} },
  ]
}

async function inTheQueues(signal: AbortSignal): Promise<Waiting[]> {
  const { counts } = await call(listQueue, { params: { queue: 'first_review' }, query: oneRow, signal })
  const ways: Record<string, string> = {
    first_review: paths.queue('first_review'),
    second_review: paths.queue('second_review'),
    withdrawing: paths.queue('withdrawing'),
  }
  return counts.flatMap(({ queue, label, total, overdue }) => {
    const to = ways[queue]
    const late = overdue.count > 0 ? `超期 ${totalWords(overdue)}` : undefined
    return to === undefined ? [] : [{ label, count: totalWords(total), to, search: {}, late }]
  })
}

async function requestsToReview(signal: AbortSignal): Promise<Waiting[]> {
  const { counts } = await call(listRequestQueue, { query: oneRow, signal })
  const { count, late } = counts.reduce(
    (so, one) => ({ count: so.count + one.total.count, late: so.late + one.overdue }),
    { count: 0, late: 0 },
  )
  const words = late > 0 ? `超期 ${late}` : undefined
  return [{ label: '待审退换', count: totalWords(count), to: paths.requestQueue(), search: {}, late: words }]
}

async function toIssue(signal: AbortSignal): Promise<Waiting[]> {
  const { total } = await call(listLicences, { query: { list: 'to_issue', ...oneRow }, signal })
  return [{ label: '待发证', count: totalWords(total), to: paths.licencesToIssue(), search: {} }]
}

async function swapsToDecide(signal: AbortSignal): Promise<Waiting[]> {
  const { total } = await call(listSwaps, { query: { state: 'reviewing', ...oneRow }, signal })
  return [
    { label: '待审调换', count: totalWords(total), to: paths.authoritySwaps(), search: { tab: 'reviewing' } },
  ]
}

async function keysToApprove(signal: AbortSignal): Promise<Waiting[]> {
  const { total } = await call(listKeyRequests, { query: { state: 'submitted', ...oneRow }, signal })
  return [{ label: '待审电子钥匙', count: totalWords(total), to: paths.keyQueue(), search: {} }]
}

async function servicesIn(
  state: 'data_review' | 'requested',
  label: string,
  signal: AbortSignal,
): Promise<Waiting[]> {
  const { total } = await call(listServiceRequests, { query: { state, ...oneRow }, signal })
  return [{ label, count: totalWords(total), to: paths.services(), search: { tab: state } }]
}
