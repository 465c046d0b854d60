/** An application to be read: the form, its rows, the contract sheet, in the order of the paper. */
import type { ApplicationDetail } from '#api/application.ts'
import { applicationTable, contractSheetTable } from '#domain/application/form.ts'
import { blockFields, sheetBlocks } from '#domain/application/words.ts'
import { FormView, Pair } from '#ui/FormView.tsx'
import { DayText, Money, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { shown } from '#ui/Words.tsx'
import { contentOf } from './form/read.ts'
import { rowsOf, valueAt } from './form/content.ts'
import { sections } from './form/sections.ts'
import s from './Detail.module.css'

const basic = [
  'consignorCode',
  'consignorUscc',
  'consignorName',
  'tradeMode',
  'destinationCountry',
  'transportMode',
  'customsPort',
  'paymentMethod',
  'contractNo',
  'importerNameZh',
  'importerNameEn',
  'contractSignedOn',
  'contractValidUntil',
]

export function ApplicationView({ detail }: { detail: ApplicationDetail }) {
  const { form, filled, goods, names } = detail
  const steel = goods?.steel === true
  return (
    <>
      <Section title={sections.basic}>
        <dl className={s['three']}>
          <Pair label="申请编号">{detail.windowNo}</Pair>
          <Pair label="商务部申请表号">{shown(detail.applicationNo)}</Pair>
          <Pair label="许可证号">{shown(detail.licence?.licenceNo)}</Pair>
          <Pair label="年度">{shown(textOf(form['quotaYear']))}</Pair>
          <Pair label="申请日期">
            <DayText day={textOf(filled.applyDate)} />
          </Pair>
          <Pair label="有效截止日期（估计，以发证为准）">
            <DayText day={filled.expiryDate} />
          </Pair>
          <Pair label="出口商代码">{filled.exporterCode}</Pair>
          <Pair label="出口商社会信用代码">{filled.exporterUscc}</Pair>
          <Pair label="出口商名称">{filled.exporterName}</Pair>
        </dl>
        <FormView
          table={applicationTable}
          values={form}
          only={basic}
          names={names}
          extra={[
            {
              label: '合同总数量',
              value: <Quantity value={numberOf(form['contractQuantity'])} unit={filled.goodsUnit} />,
            },
            {
              label: '合同总金额',
              value: (
                <Money value={numberOf(form['contractAmount'])} currency={textOf(form['contractCurrency'])} />
              ),
            },
            { label: '承诺', value: form['declarationAccepted'] === true ? '已承诺' : '未勾选' },
          ]}
        />
      </Section>
      <Section title={sections.goods}>
        <dl className={s['three']}>
          <Pair label="商品代码">{textOf(form['hsCode'])}</Pair>
          <Pair label="商品大类码">{shown(filled.goodsCategory)}</Pair>
          <Pair label="商品单位">{shown(filled.goodsUnit)}</Pair>
          <Pair label="商品名称" wide>
            {filled.goodsName}
          </Pair>
        </dl>
        <FormView table={applicationTable} values={form} only={goodsNames(detail)} names={names} />
        <Lines detail={detail} />
      </Section>
      {(steel || rowsOf(form['producers']).length > 0) && (
        <Section title={sections.steel}>
          <Rows detail={detail} name="producers" />
          <Rows detail={detail} name="productCertificates" />
        </Section>
      )}
      <Section title={sections.other}>
        <FormView
          table={applicationTable}
          values={form}
          only={[
            'oneBatch',
            'issuingAuthority',
            'applicantName',
            'applicantPhone',
            'remark',
            'additionalInfo',
          ]}
          names={names}
        />
      </Section>
      <SheetView detail={detail} />
    </>
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
/** A decimal of a draft may still be malformed text of an older page: then it is shown as “—”. */
const numberOf = (value: unknown): string => (/^-?\d+(\.\d+)?$/.test(textOf(value)) ? textOf(value) : '')

function goodsNames({ goods, form }: ApplicationDetail): string[] {
  const asked = (name: string, when: boolean) => (when || textOf(form[name]) !== '' ? [name] : [])
  return [
    'priceCurrency',
    'originCountry',
    ...asked('sandProofNo', goods?.naturalSand === true),
    ...asked('approvalNo', goods?.ods === true),
    ...asked('quotaDocNo', goods !== null && goods.licenceType !== 'licence'),
  ]
}

/** The specification table with its totals (规格型号信息). */
function Lines({ detail }: { detail: ApplicationDetail }) {
  const { filled, form } = detail
  const currency = textOf(form['priceCurrency'])
  return (
    <table className={s['rows']}>
      <thead>
        <tr>
          <th scope="col">序号</th>
          <th scope="col">规格、等级</th>
          <th scope="col" className={s['right']}>
            单价
          </th>
          <th scope="col" className={s['right']}>
            数量
          </th>
          <th scope="col" className={s['right']}>
            总价
          </th>
          <th scope="col" className={s['right']}>
            总值折美元
          </th>
        </tr>
      </thead>
      <tbody>
        {filled.lines.length === 0 && (
          <tr>
            <td colSpan={6}>还没有填写</td>
          </tr>
        )}
        {filled.lines.map((line, index) => (
          <tr key={String(index)}>
            <td>{index + 1}</td>
            <td>{shown(line.specGrade)}</td>
            <td className={s['right']}>
              <Quantity value={line.unitPrice} />
            </td>
            <td className={s['right']}>
              <Quantity value={line.quantity} />
            </td>
            <td className={s['right']}>
              <Money value={line.amount} />
            </td>
            <td className={s['right']}>
              <Money value={line.amountUsd} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={3} className={s['right']}>
            合计
          </td>
          <td className={s['right']}>
            <Quantity value={filled.totalQuantity} unit={filled.goodsUnit} />
          </td>
          <td className={s['right']}>
            <Money value={filled.totalAmount} currency={currency} />
          </td>
          <td className={s['right']}>
            <Money value={filled.totalAmountUsd} currency="USD" />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}

function Rows({ detail, name }: { detail: ApplicationDetail; name: 'producers' | 'productCertificates' }) {
  const field = applicationTable[name]
  if (field?.kind !== 'rows') return null
  const rows = rowsOf(valueAt(contentOf(detail), name))
  const cells = Object.entries(field.fields)
  return (
    <table className={s['rows']}>
      <thead>
        <tr>
          <th scope="col" className={s['no']}>
            序号
          </th>
          {cells.map(([cell, { label }]) => (
            <th key={cell} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && (
          <tr>
            <td colSpan={cells.length + 1}>还没有填写</td>
          </tr>
        )}
        {rows.map((row, index) => (
          <tr key={String(index)}>
            <td>{index + 1}</td>
            {cells.map(([cell]) => (
              <td key={cell}>{shown(row[cell])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function SheetView({ detail }: { detail: ApplicationDetail }) {
  const { contractSheet, filled, names } = detail
  return (
    <Section title="申请表合同信息表">
      {contractSheet === null ? (
        <p>还没有填写</p>
      ) : (
        sheetBlocks.map((block, index) => (
          <div key={block.title}>
            <h3 className={s['sub']}>{block.title}</h3>
            {index === 0 && (
              <dl className={s['three']}>
                <Pair label="企业代码">{filled.exporterCode}</Pair>
                <Pair label="企业名称">{filled.exporterName}</Pair>
                <Pair label="统一社会信用代码">{filled.exporterUscc}</Pair>
              </dl>
            )}
            <FormView
              table={contractSheetTable}
              values={contractSheet}
              only={blockFields(block)}
              names={names}
              prefix="contractSheet."
            />
          </div>
        ))
      )}
    </Section>
  )
}
