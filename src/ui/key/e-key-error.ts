export type EKeyProblem =
  | 'insecure' // the page has no WebCrypto
  | 'format' // the file is not an e-key file
  | 'rounds' // the PIN is protected too little, or opening would take too long
  | 'pin' // wrong PIN (or a damaged key: the two cannot be told apart)
  | 'no_issuer' // the token's certificate is of another authority
  | 'mismatch' // key and certificate in the file do not belong together

const WORDS: Record<EKeyProblem, string> = {
  insecure:
    '当前页面不是安全连接，浏览器不允许使用电子钥匙。请用 https 地址（本机可用 http://localhost）重新打开系统。',
  format: '所选文件不是电子钥匙文件，或文件已损坏。请选择发放电子钥匙时得到的 .pem 文件。',
  rounds: '电子钥匙文件的 PIN 保护强度不符合要求，不能使用。请重新下载电子钥匙文件，或联系发证机构补发。',
  pin: '电子钥匙 PIN 不正确，请核对后重新输入。如确认 PIN 无误，文件可能已损坏，请重新下载电子钥匙文件。',
  no_issuer: '这张证书不是本系统的发证机构签发的，不能使用。请选择另一张证书，或到发证机构办理电子钥匙。',
  mismatch: '电子钥匙中的密钥与证书不匹配，不能使用。请重新下载电子钥匙文件，或联系发证机构补发。',
}

/** An e-key that cannot be read, opened or used. `message` is for the user and says what to do. */
export class EKeyError extends Error {
  override readonly name = 'EKeyError'
  readonly problem: EKeyProblem

  constructor(problem: EKeyProblem, cause?: unknown) {
    super(WORDS[problem], { cause })
    this.problem = problem
  }
}
