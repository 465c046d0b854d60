import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { enterpriseByCode } from '#api/enterprise.ts'
import { openYears, validity } from '#domain/licence/validity.ts'
import { code13Problem } from '#domain/uscc.ts'
import { call, CallFailed, wordsOf } from '#ui/call.ts'
import { Section } from '#ui/PageTitle.tsx'
import { isManaged } from './facts.ts'
import { FilledField, FormField } from './FormField.tsx'
import { sectionId, sections } from './sections.ts'
import { useForm, useKnown, usePart, useText } from './store.ts'
import { YearField } from './YearField.tsx'
import s from './Form.module.css'

export interface Numbers {
  windowNo: string
  applicationNo: string
  licenceNo: string
  stateLabel: string
}

/** 基本数据, three fields a row, in the order of manual 004. */
export function BasicSection({ numbers }: { numbers: Numbers }) {
  const { exporter, today } = useKnown()
  const expiryDate = estimatedExpiry(
    useText('quotaYear'),
    today,
    usePart((store) => store.known().goods?.licenceDays ?? null),
  )
  const unit = usePart((store) => store.known().goods?.unitName ?? '')
  return (
    <Section id={sectionId('basic')} title={sections.basic} note="黄底色字段为必填项，灰底色字段由系统填写">
      <div className={s['grid']}>
        <FilledField name="filled.windowNo" label="申请编号" value={numbers.windowNo} />
        <FilledField
          name="filled.applicationNo"
          label="商务部申请表号"
          value={numbers.applicationNo || '保存并盖章时自动生成'}
        />
        <FilledField name="filled.licenceNo" label="许可证号" value={numbers.licenceNo} />
        <YearField locked={numbers.applicationNo !== ''} />
        <FilledField name="filled.state" label="状态" value={numbers.stateLabel} />
        <FormField path="customsPort" />
        <FilledField name="filled.exporterCode" label="出口商代码" value={exporter.code13} />
        <FilledField name="filled.exporterUscc" label="出口商社会信用代码" value={exporter.uscc} />
        <FilledField name="filled.exporterName" label="出口商名称" value={exporter.name} />
        <Consignor />
        <FormField path="tradeMode" />
        <FormField path="destinationCountry" />
        <FormField path="transportMode" />
        <FilledField name="filled.expiryDate" label="有效截止日期" value={expiryDate} hint="估计" />
        <FormField path="paymentMethod" />
        <FormField path="contractNo" />
        <div className={s['half']}>
          <FormField path="importerNameZh" />
        </div>
        <div className={s['half']}>
          <FormField path="importerNameEn" />
        </div>
        <FormField path="contractQuantity" unit={unit} />
        <FilledField name="filled.contractUnit" label="计量单位" value={unit} />
        <FormField path="contractSignedOn" />
        <FormField path="contractAmount" />
        <FormField path="contractCurrency" />
        <FormField path="contractValidUntil" />
      </div>
    </Section>
  )
}

/** The estimate of manual 004: as if the licence were issued today; '' for a year that is not open. */
function estimatedExpiry(quotaYear: string, today: string, licenceDays: number | null): string {
  const year = Number(quotaYear)
  return openYears(today).includes(year) ? validity(today, year, licenceDays).expiryDate : ''
}

/**
 * The consignor: found by its code, then name and credit code are filled in. Of an enterprise the system does not
 * know they are typed.
 */
function Consignor() {
  const store = useForm()
  const { exporter } = useKnown()
  const code = useText('consignorCode').trim().toUpperCase()
  const managed = usePart((it) => isManaged(it.known().goods, it.content().form.destinationCountry))
  const own = code === exporter.code13
  const found = useQuery({
    queryKey: ['enterprise', 'by-code', code],
    queryFn: async ({ signal }) => {
      const enterprise = await call(enterpriseByCode, { params: { code13: code }, signal })
      // The reply may come after the person has typed on.
      if (store.content().form.consignorCode.trim().toUpperCase() === code) fill(enterprise)
      return enterprise
    },
    enabled: code !== '' && !own && code13Problem(code) === undefined,
    staleTime: 5 * 60_000,
  })
  const unknown = found.error instanceof CallFailed && found.error.status === 404
  const known = own || found.data?.code13 === code

  function fill({ code13, uscc, name }: { code13: string; uscc: string; name: string }) {
    const { form } = store.content()
    if (form.consignorCode === code13 && form.consignorUscc === uscc && form.consignorName === name) return
    store.setAll({ consignorCode: code13, consignorUscc: uscc, consignorName: name })
  }
  const left = () => {
    if (own) fill(exporter)
    else if (found.data?.code13 === code) fill(found.data)
    else if (code !== store.content().form.consignorCode) store.set('consignorCode', code)
  }
  const note =
    found.error === null
      ? undefined
      : unknown
        ? '系统中没有这个企业代码。核对无误后，请直接填写社会信用代码和名称'
        : wordsOf(found.error)
  return (
    <>
      <div>
        <FormField
          path="consignorCode"
          filled={managed && own}
          hint={managed ? '配额、招标商品须与出口商一致' : undefined}
          warning={note}
          onLeave={left}
        />
        {!own && (
          <Button type="link" size="small" className={s['small'] ?? ''} onClick={() => fill(exporter)}>
            填为出口商自己
          </Button>
        )}
      </div>
      <FormField path="consignorUscc" filled={known} />
      <FormField path="consignorName" filled={known} />
    </>
  )
}
