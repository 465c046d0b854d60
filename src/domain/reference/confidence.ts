/** How well a row of the catalogue is known; the codes are explained in db/reference/SOURCES.md. */
export const confidences = {
  manual_printed: { label: '手册所列', verified: true },
  manual_corrected: { label: '手册所列，已更正误识', verified: true },
  manual_completed: { label: '手册所列，名称已补全', verified: true },
  manual_carried_forward: { label: '手册所列，沿用至本年', verified: false },
  official_list: { label: '官方目录', verified: true },
  official_announcement: { label: '官方公告', verified: true },
  carried_forward: { label: '沿用以前年度的官方目录', verified: false },
  membership_inferred: { label: '编码属实，是否列入目录为推断', verified: false },
  suffix_inferred: { label: '末两位为推断', verified: false },
  tariff_line_inferred: { label: '仅八位税目属实，其余为推断', verified: false },
} as const satisfies Record<string, { label: string; verified: boolean }>

export type Confidence = keyof typeof confidences

export function isConfidence(code: string): code is Confidence {
  return Object.hasOwn(confidences, code)
}
