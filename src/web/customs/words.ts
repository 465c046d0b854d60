/** A customs office by its name, with its code. */
export const customsOf = ({ customsCode, customsName }: { customsCode: string; customsName: string }) =>
  customsName === '' ? customsCode : `${customsName}（${customsCode}）`
