/** The name of the session's cookie, as a browser sees it. */
export const sessionCookie = 'xuke_session'
