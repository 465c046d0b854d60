/** Rules on the papers beside the form: contract sheet, attachments, and that all of it can be printed. */
import { compareDays, type Day } from '../day.ts'
import { missing, type Field, type FieldTable, type Issue } from '../fields.ts'
import { day, issue, type Facts, type Rule } from './check-facts.ts'
import { agencyFields, contractSheetFields, fields, type ContractSheet } from './form.ts'

// 手册 003, 004: the contract sheet is saved before sealing; agency parties when the consignor is another.
export const contractSheet: Rule = ({ form, contractSheet: sheet }, { exporter, today }) => {
  if (sheet === null) return issue('A6', 'contractSheet', '请填写并保存申请表合同信息表')
  const found = missing(contractSheetFields, sheet, 'contractSheet.')
  if (form.consignorCode !== '' && form.consignorCode !== exporter.code13) {
    for (const name of agencyFields) {
      if (sheet[name].trim() === '') {
        const words = `出口商与发货人不同，请填写${contractSheetFields[name].label}`
        found.push(...issue('A1', `contractSheet.${name}`, words))
      }
    }
  }
  found.push(...sheetDays(sheet, today))
  return found
}

function sheetDays(sheet: ContractSheet, today: Day): Issue[] {
  const [founded, departs, arrives, signed, until] = [
    day(sheet.foundedOn),
    day(sheet.departureOn),
    day(sheet.arrivalOn),
    day(sheet.agencySignedOn),
    day(sheet.agencyValidUntil),
  ]
  const found: Issue[] = []
  if (founded !== undefined && compareDays(founded, today) > 0) {
    found.push(...issue('date', 'contractSheet.foundedOn', '企业成立日期不能晚于今天'))
  }
  if (departs !== undefined && arrives !== undefined && compareDays(arrives, departs) < 0) {
    found.push(...issue('date', 'contractSheet.arrivalOn', '预计到港日期不能早于启运日期'))
  }
  if (signed !== undefined && until !== undefined && compareDays(until, signed) < 0) {
    found.push(...issue('date', 'contractSheet.agencyValidUntil', '代理合同有效日期不能早于签订日期'))
  }
  return found
}

// 出口许可证签发工作规范 第五条: papers by goods and case.
export const attachments: Rule = (_, { attachmentNeeds, attachments: present }) =>
  attachmentNeeds
    .filter((need) => need.required && !present.some((file) => file.type === need.code))
    .flatMap((need) => issue('A1', `attachments.${need.code}`, `请上传${need.name}（${need.because}）`))

export const printable: Rule = ({ form, contractSheet: sheet }, facts) => [
  ...unprintableIn(fields, form, '', facts),
  ...(sheet === null ? [] : unprintableIn(contractSheetFields, sheet, 'contractSheet.', facts)),
]

function unprintableIn(table: FieldTable, form: object, prefix: string, facts: Facts): Issue[] {
  const values = new Map<string, unknown>(Object.entries(form))
  return Object.entries(table).flatMap(([name, field]): Issue[] => {
    const value = values.get(name)
    if (field.kind === 'text' && typeof value === 'string')
      return unprintableAt(value, prefix + name, field, facts)
    if (field.kind !== 'rows' || !Array.isArray(value)) return []
    return value.flatMap((row: Record<string, string>, index) =>
      Object.entries(field.fields).flatMap(([cell, cellField]) =>
        unprintableAt(row[cell] ?? '', `${prefix}${name}.${index}.${cell}`, cellField, facts),
      ),
    )
  })
}

function unprintableAt(value: string, path: string, field: Field, facts: Facts): Issue[] {
  const found = value === '' ? [] : facts.unprintable(value)
  return found.length === 0
    ? []
    : issue('font', path, `${field.label}中的“${found.join('')}”不能印在许可证上，请改用其他字`)
}
