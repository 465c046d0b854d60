/**
 * Login names of people who register: 4 to 30 letters, digits and . _ -, beginning with a letter. Names that begin with
 * a digit belong to old users (13 位代码-原用户名, manual 001), so the two never meet.
 */
export function loginNameProblem(name: string): string | undefined {
  if (name === '') return '请填写登录名'
  if (name.length < 4 || name.length > 30) return `登录名应为 4 至 30 位，现为 ${name.length} 位`
  if (!/^[A-Za-z]/.test(name)) return '登录名应以字母开头'
  return /^[A-Za-z0-9._-]+$/.test(name) ? undefined : '登录名只能由字母、数字和 . _ - 组成'
}
