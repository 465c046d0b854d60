/**
 * Enterprises of the demonstration. They don't exist: the organisation codes begin with DEM and are made up, their
 * check characters are right (GB 32100, GB 11714) because the forms look at them.
 */
import type { EnterpriseInfo } from '#domain/application/form.ts'

export interface DemoEnterprise {
  id: string
  code13: string
  uscc: string
  name: string
  region: string
  city: string | null
  centralEnterprise: boolean
  info: EnterpriseInfo
}

export const demoEnterprises = {
  steel: {
    id: '00000000-0000-4000-8000-000000000101',
    code13: '1100DEM000014',
    uscc: '91110000DEM000014E',
    name: '演示钢铁集团有限公司',
    region: '北京市',
    city: null,
    centralEnterprise: true,
    info: {
      foundedOn: '1998-06-18',
      registeredCapitalWan: '500000',
      address: '北京市东城区演示大街 1 号演示大厦 12 层',
      contactName: '钱思远',
      contactPhone: '010-55550101',
      contactMobile: '13900000101',
      contactEmail: 'steel@example.com',
      fax: '010-55550199',
      postcode: '100010',
      ftoRecordNo: '00000101',
      fieApprovalNo: '',
      businessLicenceNo: '110000000000101',
    },
  },
  trade: {
    id: '00000000-0000-4000-8000-000000000102',
    code13: '1302DEM000022',
    uscc: '91130200DEM000022U',
    name: '演示冀东国际贸易有限公司',
    region: '河北省',
    city: '唐山市',
    centralEnterprise: false,
    info: {
      foundedOn: '2011-03-02',
      registeredCapitalWan: '3000',
      address: '河北省唐山市演示路 22 号',
      contactName: '冯立群',
      contactPhone: '0315-5550202',
      contactMobile: '13900000202',
      contactEmail: 'trade@example.com',
      fax: '',
      postcode: '063000',
      ftoRecordNo: '00000202',
      fieApprovalNo: '',
      businessLicenceNo: '130200000000202',
    },
  },
  consignor: {
    id: '00000000-0000-4000-8000-000000000103',
    code13: '1200DEM000030',
    uscc: '91120000DEM0000308',
    name: '演示滨海货运代理有限公司',
    region: '天津市',
    city: null,
    centralEnterprise: false,
    info: {
      foundedOn: '2006-11-20',
      registeredCapitalWan: '800',
      address: '天津市滨海新区演示道 303 号',
      contactName: '蒋海平',
      contactPhone: '022-55550303',
      contactMobile: '13900000303',
      contactEmail: 'consignor@example.com',
      fax: '022-55550399',
      postcode: '300450',
      ftoRecordNo: '00000303',
      fieApprovalNo: '',
      businessLicenceNo: '120000000000303',
    },
  },
} as const satisfies Record<string, DemoEnterprise>

export type DemoEnterpriseName = keyof typeof demoEnterprises
