/** The licence a request is about, as it was read in: everything grey, nothing typed. */
import { Link } from '@tanstack/react-router'
import type { LicenceShown } from '#api/request.ts'
import { Pair } from '#ui/FormView.tsx'
import { DayText, Money, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { shown } from '#ui/Words.tsx'
import d from '../application/Detail.module.css'

export function LicenceFacts({ licence, at }: { licence: LicenceShown; at: string }) {
  const { boxes, unit } = licence
  return (
    <Section title="原许可证">
      <dl className={d['three']}>
        <Pair label="出口许可证号">
          <Link to={at}>
            <PaperNo value={licence.licenceNo} />
          </Link>
        </Pair>
        <Pair label="许可证状态">{licence.stateLabel}</Pair>
        <Pair label="海关状态">{licence.customsState}</Pair>
        <Pair label="出口商">{boxes.exporterName}</Pair>
        <Pair label="出口商代码">
          <PaperNo value={licence.exporterCode} />
        </Pair>
        <Pair label="统一社会信用代码">
          <PaperNo value={licence.exporterUscc} />
        </Pair>
        <Pair label="发货人">{boxes.consignorName}</Pair>
        <Pair label="发货人代码">
          <PaperNo value={licence.consignorCode} />
        </Pair>
        <Pair label="发货人统一社会信用代码">
          <PaperNo value={licence.consignorUscc} />
        </Pair>
        <Pair label="配额年度">{String(licence.quotaYear)}</Pair>
        <Pair label="发证日期">
          <DayText day={licence.issuedOn} />
        </Pair>
        <Pair label="有效截止日期">
          <DayText day={licence.expiryDate} />
        </Pair>
        <Pair label="商品">
          {boxes.goodsName}（{boxes.hsCode}）
        </Pair>
        <Pair label="贸易方式">{shown(boxes.tradeMode)}</Pair>
        <Pair label="进口国（地区）">{shown(boxes.destinationCountry)}</Pair>
        <Pair label="报关口岸">{shown(boxes.customsPort)}</Pair>
        <Pair label="运输方式">{shown(boxes.transportMode)}</Pair>
        <Pair label="合同号">{shown(boxes.contractNo)}</Pair>
        <Pair label="许可证数量">
          <Quantity value={licence.quantity} unit={unit} />
        </Pair>
        <Pair label={`海关使用数量（${licence.useCount} 次）`}>
          <Quantity value={licence.usedQuantity} unit={unit} />
        </Pair>
        <Pair label="未使用数量">
          <Quantity value={licence.unusedQuantity} unit={unit} />
        </Pair>
        <Pair label="总金额">
          <Money value={boxes.totalAmount} currency={boxes.currency} />
        </Pair>
        <Pair label="配额文号">{shown(licence.codes.quotaDocNo)}</Pair>
        <Pair label="备注">{shown(boxes.remark)}</Pair>
      </dl>
    </Section>
  )
}

/** Uses that customs has told, one row a declaration item. */
export function Uses({ licence }: { licence: LicenceShown }) {
  return (
    <Section title="海关使用记录">
      {licence.uses.length === 0 ? (
        <p>海关没有使用记录</p>
      ) : (
        <table className={d['rows']}>
          <thead>
            <tr>
              <th scope="col">报关单号</th>
              <th scope="col">项号</th>
              <th scope="col">申报日期</th>
              <th scope="col">海关</th>
              <th scope="col" className={d['right']}>
                数量
              </th>
            </tr>
          </thead>
          <tbody>
            {licence.uses.map((use) => (
              <tr key={`${use.declarationNo} ${use.itemNo}`}>
                <td>
                  <PaperNo value={use.declarationNo} />
                </td>
                <td>{use.itemNo}</td>
                <td>
                  <DayText day={use.declaredOn} />
                </td>
                <td>{use.customsCode}</td>
                <td className={d['right']}>
                  <Quantity value={use.quantity} unit={licence.unit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
