import { FormField, FilledField } from './FormField.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { sectionId, sections } from './sections.ts'
import { usePart } from './store.ts'
import s from './Form.module.css'

/** 其他信息. 延伸打印 and 异地打证 are of the paper licence: only 电子版 is issued. */
export function OtherSection({ applyDate }: { applyDate: string }) {
  const multiUse = usePart((store) => store.known().goods?.multiUse === true)
  return (
    <Section id={sectionId('other')} title={sections.other}>
      <div className={s['grid']}>
        <FormField path="oneBatch" hint={multiUse ? '选“否”为非一批一证' : '该商品只能一批一证'} />
        <FormField path="issuingAuthority" hint="按企业所在地和商品确定" />
        <FilledField name="filled.applyDate" label="申请日期" value={applyDate} hint="盖章当日" />
        <FormField path="applicantName" />
        <FormField path="applicantPhone" />
        <div className={s['whole']}>
          <FormField path="remark" />
        </div>
        <div className={s['whole']}>
          <FormField path="additionalInfo" />
        </div>
      </div>
    </Section>
  )
}
