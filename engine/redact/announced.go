package redact

import (
	"strings"
	"unicode/utf8"
)

// Values that only a word in front makes personal: one-time codes, passports,
// number plates, names on WeChat and QQ, identity numbers of other countries.

// announced is a row with the words that announce its values and the forms that
// these have. The value follows right behind the word and what links the two.
type announced struct {
	row
	words []string
	forms string // alternatives, parted by spaces
	check func(value string) bool
}

func announcements() []announced {
	return []announced{
		{row{
			"one-time-code", OTP,
			[]string{"验证码：«{dig:6}»，5 分钟内有效", "您的动态码是«{dig:6}»", "Your verification code is «{dig:6}».", "OTP: «{dig:3}-{dig:3}»", "驗證碼 «8{dig:3}»"},
			[]string{"验证码是 6 位数字", "Erlang/OTP 26.2.1", "verification code is required", "验证码错误 400 次"},
		}, []string{"验证码", "校验码", "动态码", "动态密码", "短信码", "驗證碼", "认证码", "otp", "verification code", "one-time code", "one-time password", "login code", "confirmation code", "2fa code", "security code"},
			"{dig:4-8} {dig:3}-{dig:3} G-{dig:6}", isCode},
		{row{
			"passport", Passport,
			[]string{"护照号码：«E{dig:8}»", "passport number is «{up:2}{dig:7}»", "護照 «{dig:9}»", "Passport No: «G{dig:8}»"},
			[]string{"护照过期了", "passport 2024 renewal", "passport.js 0.6.0"},
		}, []string{"护照号码", "护照号", "护照", "護照號碼", "護照", "passport number", "passport no.", "passport no", "passport"},
			"{up:1}{dig:7-8} {up:2}{dig:6-8} {dig:9}", nil},
		{row{
			"number-plate", Plate,
			[]string{"车牌号：«京A{dig:5}»", "車牌 «粤B·{dig:4}{up:1}»", "车牌是«沪AD{dig:5}»", "license plate: «{up:3}-{dig:4}»"},
			[]string{"车牌识别服务", "车牌号不能为空", "license plate reader v2"},
		}, []string{"车牌号码", "车牌号", "车牌", "車牌號碼", "車牌號", "車牌", "号牌", "license plate number", "license plate", "plate number", "number plate"},
			"{up:1}{up36:5-6} {up:1}·{up36:5-6} {up:2-3}-{dig:3-4} {up36:5-8}", hasDigit},
		{row{
			"wechat-name", WeChat,
			[]string{"加我微信：«{low:5}_{dig:4}»", "微信号是«wx{low:4}{dig:4}»，备注来意", "WeChat: «{low:6}{dig:3}»", "微信同号«{low:6}{dig:3}»"},
			[]string{"微信支付 v3 接口", "wechat plugin is disabled", "微信：已绑定", "微信群里 200 人"},
		}, []string{"微信号", "微信同号", "微信id", "微信", "微訊", "wechat id", "wechat", "weixin", "vx", "v信", "加微"},
			"{alpha:1}{b64u:5-19}", isAccount},
		{row{
			"qq-number", WeChat,
			[]string{"QQ：«{dig:9}»", "我的QQ号是«{dig:10}»", "QQ «{dig:8}» 加我"},
			[]string{"QQ 群有 500 人", "qq.com", "QQ音乐 2024"},
		}, []string{"qq号码", "qq号", "qq群", "qq"}, "{dig:6-11}", nil},
		{row{
			"foreign-id", IDCard,
			[]string{"SSN: «{dig:3}-{dig:2}-{dig:4}»", "my social security number is «{dig:3}-{dig:2}-{dig:4}»", "身分證字號：«A1{dig:8}»", "身份證號碼 «A{dig:6}({dig:1})»", "身份证号«{dig:15}»"},
			[]string{"身份证号码是 18 位", "SSN is required", "id number 12"},
		}, []string{"ssn", "social security number", "social security no", "身分證字號", "身分證號", "身分證", "身份證號碼", "身份證號", "身份證", "身份证号码", "身份证号", "身份证", "hkid"},
			"{dig:3}-{dig:2}-{dig:4} {up:1}{dig:9} {up:1}{dig:6}({HEX:1}) {dig:15}", nil},
	}
}

func announcedDetectors() []detector {
	var out []detector
	for _, a := range announcements() {
		var forms [][]piece
		for form := range strings.FieldsSeq(a.forms) {
			forms = append(forms, parsePieces(form))
		}
		out = append(out, detector{name: a.name, shape: a.forms, keys: a.words, rows: []row{a.row},
			find: func(s *scan, at int) { findAnnounced(s, at, a, forms) }})
	}
	return out
}

func findAnnounced(s *scan, at int, a announced, forms [][]piece) {
	n, ok := nameAt(s.text, at, a.words)
	if !ok || n.word[0] < 0x80 && wordBefore(s.text, at) {
		return
	}
	i, l := readLink(s.text, n.end)
	if l == noLink && n.word[0] < 0x80 {
		return
	}
	i = skipQuotes(s.text, i)
	start := i
	if r, size := utf8.DecodeRuneInString(s.text[i:]); a.kind == Plate && strings.ContainsRune(plateProvinces, r) {
		i += size
	}
	for _, form := range forms {
		end := piecesEnd(form, s.text, i)
		if end < 0 || !endsNumber(s.text, end) || a.check != nil && !a.check(s.text[start:end]) {
			continue
		}
		s.add(start, end, a.kind, a.name)
		return
	}
}

// plateProvinces begin the plates of mainland China.
const plateProvinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// skipQuotes passes over what opens a quotation, emphasis or brackets.
func skipQuotes(text string, i int) int {
	const most = 4
	for range most {
		r, size := utf8.DecodeRuneInString(text[i:])
		if size == 0 || !strings.ContainsRune("\"'`*\\ 「『【“‘（(", r) {
			break
		}
		i += size
	}
	return i
}

// isCode refuses years.
func isCode(value string) bool {
	return len(value) != 4 || value < "1990" || value > "2099"
}

// isAccount reports whether a name has what words lack: a digit or a mark.
func isAccount(value string) bool {
	return strings.ContainsAny(value, "0123456789_") && !isStandIn(value)
}
