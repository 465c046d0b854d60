/** 常见问题: what exporters ask before they can sign in and while they file, with the way to the page that helps. */
import { Link } from '@tanstack/react-router'
import { paths } from '#ui/paths.ts'

export interface Question {
  asked: string
  answer: React.ReactNode
}

export const groups: readonly { title: string; questions: readonly Question[] }[] = [
  {
    title: '账号和登录',
    questions: [
      {
        asked: '不知道企业的 13 位进出口企业代码，怎么办？',
        answer: (
          <>
            打开<Link to={paths.findCode()}>查询企业代码</Link>
            ，填写企业名称、统一社会信用代码或组织机构代码中的任一项和验证码，点击“查询”。只显示已核实的企业。
          </>
        ),
      },
      {
        asked: '企业没有账号，怎么开始？',
        answer: (
          <>
            在登录页点击<Link to={paths.register()}>请注册</Link>
            ，确认手机和邮箱后即可登录、录入草稿并申请电子钥匙。电子钥匙审批通过、企业得到核实后，才能申领许可证和使用配额。也可以不注册，直接
            <Link to={paths.keyApplicant()}>新申请电子钥匙</Link>
            ：账号在电子钥匙签发时开通，一次性密码发到确认过的手机，首次登录须修改。
          </>
        ),
      },
      {
        asked: '注册时提示代码已被登记，怎么办？',
        answer:
          '企业可能已由同事注册：请向本企业的管理员索取邀请。确属他人误用的，仍可注册并申请电子钥匙，发证机构核对材料后，企业归属以核实结果为准。',
      },
      {
        asked: '原来各许可证系统的用户，怎么登录？',
        answer: (
          <>
            在登录页用“13
            位企业代码-原用户名”和原密码登录（机电产品进口单证、两用物项为原用户名）。同一企业、同一把电子钥匙在几个系统的用户合并为一个账号，任何一个原密码都能首次登录；登录后设置新密码，确认手机和邮箱，登记企业。
            <Link to={paths.oldEntrance()}>原系统入口</Link>还可登录 10
            次。忘记原密码的，请注册新账号，凭电子钥匙申请材料核实企业。
          </>
        ),
      },
      {
        asked: '忘记了密码，怎么办？',
        answer: (
          <>
            打开<Link to={paths.recover()}>密码找回</Link>
            ，验证码发到已确认的手机或邮箱。手机和邮箱都已停用的，请本企业管理员停用原账号后重新邀请；管理员本人请联系平台管理员。
          </>
        ),
      },
      {
        asked: '提示密码错误次数过多，要等多久？',
        answer: '连续输错后须等待片刻，时间写在提示里，逐次加长，最长 15 分钟。等待期间找回密码不受影响。',
      },
    ],
  },
  {
    title: '电子钥匙',
    questions: [
      {
        asked: '怎样知道电子钥匙能不能用？',
        answer: (
          <>
            申报以前打开<Link to={paths.keyCheck()}>钥匙体检</Link>
            ，逐项检查文件、PIN、证书、电脑时间和浏览器，每一项不正常的都写明办法。
          </>
        ),
      },
      {
        asked: '电子钥匙丢失或怀疑泄露，怎么办？',
        answer: (
          <>
            立即登录，或在<Link to={paths.keyEntrance()}>办理电子钥匙</Link>
            凭验证码进入，申请补办或吊销。原证书注销后不能再登录和盖章；以前盖章并已上报的申请继续有效，已盖章未上报的须用新钥匙重新盖章。
          </>
        ),
      },
      {
        asked: '电子钥匙快到期了，怎么办？',
        answer: '到期以前在“电子钥匙”中申请更新，插入原钥匙签署；过期后只能补办。',
      },
      {
        asked: '到哪里办理电子钥匙？',
        answer: (
          <>
            全部在网上<Link to={paths.keyEntrance()}>办理</Link>，不收费用。各
            <Link to={paths.issuingBodies()}>发证机构的地址和电话</Link>可供咨询。
          </>
        ),
      },
    ],
  },
  {
    title: '申请和许可证',
    questions: [
      {
        asked: '保存时还有项目没有填完，内容会丢失吗？',
        answer:
          '不会。出口许可证申请边填边存，断网时存在本机，恢复后自动上传；没有填完的项目列在页首，点击即可到达。',
      },
      {
        asked: '收到纸面或电子许可证，怎样核对真伪？',
        answer: (
          <>
            扫描许可证上的二维码，或在<Link to={paths.verify()}>许可证核验</Link>中输入许可证号和核验码。
          </>
        ),
      },
    ],
  },
  {
    title: '浏览器说明',
    questions: [
      {
        asked: '用什么浏览器？',
        answer:
          '使用近两年内的 Chrome、Edge、Firefox 或 Safari，不需要安装控件，也不需要兼容模式。360、QQ 等浏览器请切换到“极速模式”。不支持 Internet Explorer。',
      },
      {
        asked: '页面打不开或按钮没有反应，怎么办？',
        answer:
          '按 Ctrl+F5 重新载入；仍不正常的，关闭广告拦截等扩展程序，或换一个浏览器再试。已保存的内容不会丢失。',
      },
      {
        asked: '为什么提示电脑时间不正确？',
        answer: '盖章和登录要核对时间，电脑时间相差过多时会被拒绝。请在系统设置中打开“自动设置时间”。',
      },
    ],
  },
]
