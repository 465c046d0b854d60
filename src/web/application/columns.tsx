/** Columns of the lists around the application (forms of manual 000). */
import { Link } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import type { ListName } from '#domain/application/actions.ts'
import { dayOf } from '#domain/day.ts'
import type { Column } from '#ui/DataTable.tsx'
import { DayText, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { RowActions } from './RowActions.tsx'
import { toneOf } from './tone.ts'
import s from './List.module.css'

type Col = Column<ApplicationRow>

const number: Col = {
  key: 'number',
  title: '申请表号',
  width: 164,
  sorts: true,
  render: (row) => (
    <Link to={paths.application(row.id)} title={`申请编号 ${row.windowNo}`}>
      <PaperNo value={row.applicationNo ?? row.windowNo} />
    </Link>
  ),
}
const goods: readonly Col[] = [
  { key: 'hsCode', title: '商品代码', width: 88, render: (row) => <PaperNo value={row.hsCode} /> },
  { key: 'goodsName', title: '商品名称', width: 128, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '申请数量',
    width: 108,
    align: 'right',
    render: (row) => <Quantity value={row.totalQuantity} unit={row.goodsUnit} />,
  },
  { key: 'tradeMode', title: '贸易方式', width: 78, cut: true, render: (row) => shown(row.tradeModeName) },
  { key: 'destination', title: '进口国', width: 78, cut: true, render: (row) => shown(row.destinationName) },
  { key: 'port', title: '报关口岸', width: 80, cut: true, render: (row) => shown(row.customsPortName) },
]
const applied: Col = {
  key: 'applyDate',
  title: '申请日期',
  width: 100,
  render: (row) => <DayText day={row.applyDate} />,
}
const state: Col = {
  key: 'state',
  title: '状态',
  width: 92,
  render: (row) => <StateWord tone={toneOf(row.state)}>{row.stateLabel}</StateWord>,
}
const due: Col = {
  key: 'due',
  title: '办理期限',
  width: 100,
  render: (row) => (
    <>
      <DayText day={row.dueOn} />
      {row.overdue && <div className={s['late']}>已超期</div>}
    </>
  ),
}
const licence: Col = {
  key: 'licence',
  title: '许可证号',
  width: 100,
  render: (row) =>
    row.licenceId === null ? (
      '—'
    ) : (
      <Link to={paths.licence(row.licenceId)}>
        <PaperNo value={row.licenceNo} />
      </Link>
    ),
}
const actions = (width: number): Col => ({
  key: 'actions',
  title: '操作',
  width,
  pinned: true,
  render: (row) => <RowActions row={row} />,
})

export const columnsOf: Readonly<Record<ListName, readonly Col[]>> = {
  to_submit: [number, ...goods, applied, actions(176)],
  under_review: [number, ...goods, applied, state, due, actions(92)],
  rejected: [number, ...goods, applied, actions(92)],
  to_print: [number, ...goods, applied, licence, actions(92)],
  printed: [
    number,
    ...goods,
    licence,
    {
      key: 'printed',
      title: '首次打印',
      width: 100,
      render: (row) => <DayText day={row.printedAt === null ? null : dayOf(new Date(row.printedAt))} />,
    },
    actions(110),
  ],
}
