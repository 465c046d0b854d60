import { useState } from 'react'
import { Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getCodeList, type Commodity } from '#api/reference.ts'
import { call } from '#ui/call.ts'
import { ariaOf, classes } from '#ui/field-parts.ts'
import { fieldId } from '#ui/field-id.ts'
import { Money, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { applicationTable } from '#domain/application/form.ts'
import { GoodsPicker } from '../GoodsPicker.tsx'
import { goodsQuery } from '../queries.ts'
import { forOtherGoods } from '../start.ts'
import { isManaged } from './facts.ts'
import { FilledField, FormField } from './FormField.tsx'
import { RowTable, type RowColumn } from './RowTable.tsx'
import { QuotaOfForm } from './QuotaOfForm.tsx'
import { sectionId, sections } from './sections.ts'
import { useForm, useJudged, usePart, useText } from './store.ts'
import f from '#ui/Field.module.css'
import s from './Form.module.css'

/** 商品信息 with the table of specifications (variant A of manual 004); what only some goods ask for comes with them. */
export function GoodsSection() {
  const goods = usePart((store) => store.known().goods)
  const managed = usePart((store) => isManaged(store.known().goods, store.content().form.destinationCountry))
  const filled = {
    sandProofNo: useText('sandProofNo') !== '',
    approvalNo: useText('approvalNo') !== '',
    quotaDocNo: useText('quotaDocNo') !== '',
  }
  // What holds something is shown whatever the goods ask: nothing is sealed that was not to be seen.
  const asked = (name: keyof typeof filled, byGoods: boolean) => byGoods || filled[name]
  return (
    <Section id={sectionId('goods')} title={sections.goods}>
      <div className={s['grid']}>
        <GoodsCode />
        <FilledField name="filled.goodsUnit" label="商品单位" value={goods?.unitName ?? ''} />
        <FilledField name="filled.goodsCategory" label="商品大类码" value={goods?.categoryCode ?? ''} />
        <div className={s['whole']}>
          <FilledField name="filled.goodsName" label="商品名称" value={goods?.name ?? ''} />
        </div>
        <FormField path="priceCurrency" />
        <FormField path="originCountry" />
        {asked('sandProofNo', goods?.naturalSand === true) && (
          <FormField path="sandProofNo" required={goods?.naturalSand === true} hint="没有的填“无”" />
        )}
        {asked('approvalNo', goods?.ods === true) && (
          <FormField path="approvalNo" required={goods?.ods === true} hint="一事一批" />
        )}
        {asked('quotaDocNo', managed) && <FormField path="quotaDocNo" required={managed} />}
      </div>
      {managed && (
        <div className={s['gapAbove']}>
          <QuotaOfForm bidding={goods?.licenceType === 'bidding'} />
        </div>
      )}
      <h3 className={s['sub']}>规格型号信息</h3>
      <Lines />
    </Section>
  )
}

function GoodsCode() {
  const store = useForm()
  const client = useQueryClient()
  const code = useText('hsCode')
  const year = useText('quotaYear')
  const error = usePart((it) => it.issueAt('hsCode'))
  const [picking, setPicking] = useState(false)
  const id = fieldId('hsCode')

  async function choose(commodity: Commodity) {
    store.setAll(forOtherGoods(store.content().form, commodity, store.known().goods))
    // Some goods are kept to another authority; where it can't be told now, the person chooses.
    const facts = await client.fetchQuery(goodsQuery(year, commodity.hsCode)).catch(() => undefined)
    const proposed = facts?.issuingAuthority ?? ''
    if (proposed !== '' && store.content().form.hsCode === commodity.hsCode)
      store.set('issuingAuthority', proposed)
  }
  return (
    <div className={classes(f['field'], f['filled'], error !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label className={f['label']} htmlFor={id}>
          {applicationTable['hsCode']?.label}
        </label>
      </div>
      <div className={f['box']}>
        <input
          {...ariaOf({ id, filled: true, wrong: error !== undefined, describedBy: `${id}-error` })}
          type="text"
          className={f['input']}
          value={code}
        />
        <Button className={s['change'] ?? ''} onClick={() => setPicking(true)}>
          更换商品
        </Button>
      </div>
      <div className={f['messages']}>
        {error !== undefined && (
          <span id={`${id}-error`} className={f['error']}>
            {error}
          </span>
        )}
      </div>
      {picking && (
        <GoodsPicker
          year={Number(year)}
          chosen={code}
          onClose={() => setPicking(false)}
          onChoose={(commodity) => {
            setPicking(false)
            void choose(commodity)
          }}
        />
      )}
    </div>
  )
}

function Lines() {
  const goods = usePart((store) => store.known().goods)
  const currency = useText('priceCurrency')
  const count = usePart((store) => store.content().form.lines.length)
  const { totals } = useJudged()
  const unit = goods?.unitName ?? ''
  const coke = goods?.coke === true
  const inCurrency = currency === '' ? '' : `(${currency})`
  const columns: RowColumn[] = [
    {
      cell: 'specGrade',
      title: '规格、等级',
      required: coke || count > 1,
      ...(coke ? { input: (props) => <CokeGrade {...props} /> } : {}),
    },
    { cell: 'unitPrice', title: `单价${inCurrency}`, width: 112, required: true },
    { cell: 'quantity', title: '数量', width: 112, required: true },
  ]
  return (
    <RowTable
      name="lines"
      label="规格型号信息"
      word="规格"
      most={4}
      columns={columns}
      filled={[
        {
          title: `总价${inCurrency}`,
          width: 168,
          value: (index) => <Money value={totals.lines[index]?.amount} />,
        },
        {
          title: '总值折美元',
          width: 168,
          value: (index) => <Money value={totals.lines[index]?.amountUsd} />,
        },
      ]}
      foot={
        <tr>
          <td colSpan={3} className={s['number']}>
            合计
          </td>
          <td className={s['number']}>
            <Quantity value={totals.totalQuantity} unit={unit} />
          </td>
          <td className={s['number']}>
            <Money value={totals.totalAmount} />
          </td>
          <td className={s['number']}>
            <Money value={totals.totalAmountUsd} />
          </td>
          <td />
        </tr>
      }
    />
  )
}

/** Coke takes one of three specifications (manual 004); what the chosen one means stands under it. */
function CokeGrade({
  path,
  label,
  value,
  error,
}: {
  path: string
  label: string
  value: string
  error: string | undefined
}) {
  const store = useForm()
  const { data } = useQuery({
    queryKey: ['coke-grades'],
    queryFn: ({ signal }) => call(getCodeList, { params: { list: 'coke_spec' }, signal }),
    staleTime: 600_000,
  })
  const grades = data?.entries.filter((entry) => entry.active || entry.code === value) ?? []
  const chosen = grades.find((entry) => entry.code === value)
  const id = fieldId(path)
  return (
    <div className={classes(f['required'], error !== undefined && f['wrong'])}>
      <select
        id={id}
        aria-label={label}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-about`}
        className={f['input']}
        value={value}
        onChange={(event) => store.set(path, event.target.value)}
      >
        <option value="">请选择</option>
        {chosen === undefined && value !== '' && <option value={value}>{value}</option>}
        {grades.map((entry) => (
          <option key={entry.code} value={entry.code}>
            {entry.name}
          </option>
        ))}
      </select>
      <p id={`${id}-about`} className={s['about']}>
        {error !== undefined && <span className={f['error']}>{error} </span>}
        {chosen !== undefined && gradeWords(chosen.extra)}
      </p>
    </div>
  )
}

const gradeLabels: Readonly<Record<string, string>> = {
  size: '粒度',
  moisture: '水分',
  ash: '灰',
  sulphur: '硫',
  volatile: '挥发份',
  csr: 'CSR',
  cri: 'CRI',
  m10: 'M10',
  m40: 'M40',
}

const gradeWords = (extra: Readonly<Record<string, string>>): string =>
  Object.entries(gradeLabels)
    .flatMap(([key, words]) => (extra[key] ? [`${words} ${extra[key]}`] : []))
    .join('；')
