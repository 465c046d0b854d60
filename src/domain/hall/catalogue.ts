/**
 * The services of the platform, as tiles of the business hall show them (manual 001: 进口、出口、自动进口（含机电和非机电）、
 * 两用物项、农产品关税配额、化肥关税配额、纺织品产地证、机电企业信息; 002: 二手车备案). What opens here is part of this system;
 * for the others an administrator sets an address (server/hall/address.ts). A request for an e-key names them by the same
 * codes (domain/certificate/form.ts).
 */
interface Service {
  name: string
  group: '进出口许可' | '配额与产地证' | '备案与企业信息'
  /** One line on the tile. */
  line: string
  /** Opened by pages of this system. */
  here?: true
  /** The electromechanical office looks at the enterprise's data before anybody decides (manual 001 步骤三). */
  office?: true
}

export const services = {
  export_licence: {
    name: '出口许可证',
    group: '进出口许可',
    line: '申领、打印、更改和核销出口许可证',
    here: true,
  },
  import_licence: { name: '进口许可证', group: '进出口许可', line: '申领进口许可证' },
  automatic_import_electromechanical: {
    name: '自动进口许可证（机电）',
    group: '进出口许可',
    line: '机电产品进口单证；企业信息须经机电办审核',
    office: true,
  },
  automatic_import_general: {
    name: '自动进口许可证（非机电）',
    group: '进出口许可',
    line: '申领非机电产品自动进口许可证',
  },
  dual_use: { name: '两用物项和技术许可证', group: '进出口许可', line: '申领两用物项和技术进出口许可证' },
  farm_quota: { name: '农产品进口配额', group: '配额与产地证', line: '农产品进口关税配额' },
  fertiliser_quota: { name: '化肥进口配额', group: '配额与产地证', line: '化肥进口关税配额' },
  textile_origin: { name: '纺织品产地证', group: '配额与产地证', line: '申领纺织品产地证' },
  used_car_filing: { name: '二手车出口备案', group: '备案与企业信息', line: '二手车出口企业备案' },
  electromechanical_enterprise: {
    name: '机电企业信息',
    group: '备案与企业信息',
    line: '机电产品进口单证的企业信息，由机电办审核',
    here: true,
    office: true,
  },
} as const satisfies Record<string, Service>

export type ServiceCode = keyof typeof services
export const isService = (code: string): code is ServiceCode => Object.hasOwn(services, code)
export const serviceCodes = Object.keys(services).filter(isService)
export const serviceOf = (code: ServiceCode): Service => services[code]

/** The service whose desk this system is. */
export const deskService: ServiceCode = 'export_licence'

const longest = 300

/**
 * What is wrong with the address of a service, or undefined. Only https, a host name with a dot, no user name in it:
 * a tile leads where it says it leads. The address is kept as `new URL` writes it.
 */
export function addressProblem(text: string): string | undefined {
  if (text.length > longest) return `地址最多 ${longest} 个字符`
  if (/[\s\p{Cc}\\]/u.test(text)) return '地址不能含空格、换行或反斜线'
  if (!/^https:\/\//i.test(text)) return '地址须以 https:// 开头'
  if (!URL.canParse(text)) return '地址的格式不正确，例如 https://example.cn/login'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return '地址不能带用户名或密码'
  const host = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$/
  return host.test(url.hostname) ? undefined : '地址须为完整的域名，例如 https://example.cn/login'
}
