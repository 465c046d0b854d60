import { applicationTable } from '#domain/application/form.ts'
import { Section } from '#ui/PageTitle.tsx'
import { RowTable } from './RowTable.tsx'
import { sectionId, sections } from './sections.ts'
import s from './Form.module.css'

const mostOf = (name: string) => {
  const field = applicationTable[name]
  return field?.kind === 'rows' ? field.max : 0
}

/** 生产商 and 产品证明编号, which steel asks for (商务部、海关总署公告 2025 年第 79 号, manual 004). */
export function SteelSection() {
  return (
    <Section id={sectionId('steel')} title={sections.steel}>
      <p className={s['explain']}>
        生产商：须完整准确填写企业名称，与开具产品质量检验合格证明的生产商一致。有多家的，分别填写。
      </p>
      <RowTable
        name="producers"
        label="生产商"
        word="生产商"
        most={mostOf('producers')}
        columns={[
          { cell: 'name', title: '生产商名称', required: true },
          { cell: 'uscc', title: '生产商统一社会信用代码', width: 240, required: true },
        ]}
      />
      <p className={s['explain']}>
        产品证明编号：依据产品质量检验合格证明填写，也称“证明书编号”“证明书号”“证书号”。有多个的，分别填写；证明上没有编号的，填“无编号”。
      </p>
      <RowTable
        name="productCertificates"
        label="产品证明编号"
        word="编号"
        most={mostOf('productCertificates')}
        columns={[{ cell: 'number', title: '产品质量检验合格证明编号', required: true }]}
      />
    </Section>
  )
}
