/** When a balance counts as low. Our own proposal, no text of law: so it is a setting of the quota officer. */
import { z } from 'zod'

/** Per cent of what was granted, where nobody has set anything. */
export const usualLowPercent = 10

/** Below how many per cent of what was granted a balance is low; 0: nobody is warned. */
export const LowPercent = z.int('请填写 0 至 100 的整数').min(0, '不能小于 0').max(100, '不能大于 100')
