package redact

import (
	"slices"
	"strings"
	"time"
)

// findIDCard finds a resident number: 17 digits and a check digit, in one run
// or as 6 8 4. Province, date and check digit together let one random number
// in 70,000 through, so no word is needed.
func findIDCard(n *number) (start, end int) {
	switch {
	case n.sizes(18) || n.sizes(6, 8, 4) && n.evenly(3, gaps):
		k := 1
		if !n.sizes(18) {
			k = 3
		}
		if end = n.groups[k-1].end; !endsNumber(n.text, end) || !isIDCard(n.first(k)) {
			return 0, 0
		}
		return n.start, end
	case n.sizes(17) || n.sizes(6, 8, 3) && n.evenly(3, gaps):
		k := 1
		if !n.sizes(17) {
			k = 3
		}
		end = n.groups[k-1].end
		if !strings.HasPrefix(n.text[end:], "X") && !strings.HasPrefix(n.text[end:], "x") || !endsNumber(n.text, end+1) || !isIDCard(n.first(k)+"X") {
			return 0, 0
		}
		return n.start, end + 1
	}
	return 0, 0
}

const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

func isIDCard(id string) bool {
	if !strings.Contains(provinces, " "+id[:2]+" ") {
		return false
	}
	born, err := time.Parse("20060102", id[6:14])
	if err != nil || born.Year() < 1900 || born.Year() >= 2100 {
		return false
	}
	// ISO 7064 MOD 11-2: weights are powers of two.
	sum := 0
	for i := range 17 {
		sum = (sum + int(id[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum%11] == id[17]
}

// findBankCard finds a card number with a known issuer and a right check
// digit, in one run or in the groups printed on cards.
func findBankCard(n *number) (start, end int) {
	k := 1
	switch {
	case n.sizes(4, 6, 5) && n.evenly(3, gaps), n.sizes(4, 6, 4) && n.evenly(3, gaps):
		k = 3
	case n.sizes(4, 4, 4, 4, 3) && n.evenly(5, gaps):
		k = 5
	case n.sizes(4, 4, 4, 4) && n.evenly(4, gaps):
		k = 4
	case n.sizes(6, 13) && n.evenly(2, gaps):
		k = 2
	}
	end = n.groups[k-1].end
	card := n.first(k)
	if n.groups[k-1].overlong || !endsNumber(n.text, end) || len(card) < 13 || len(card) > 19 || !luhn(card) {
		return 0, 0
	}
	if k == 1 && isCounted(n.text, n.start, end) || !isIssued(card, issuers) && !(isIssued(card, rarer) && hasCardWord(n.text, n.start)) {
		return 0, 0
	}
	return n.start, end
}

// issuer is the first digits of card numbers and how long those may be.
type issuer struct {
	from, to int // of the first four digits
	lengths  []int
}

var issuers = []issuer{
	{6200, 6299, []int{16, 17, 18, 19}}, // UnionPay
	{4000, 4999, []int{16}},             // Visa
	{5100, 5599, []int{16}},             // Mastercard
	{2221, 2720, []int{16}},
	{3400, 3499, []int{15}}, // American Express
	{3700, 3799, []int{15}},
	{3528, 3589, []int{16}}, // JCB
	{6011, 6011, []int{16}}, // Discover
	{6500, 6599, []int{16}},
}

// rarer are those whose numbers need a word in front: many numbers begin so.
var rarer = []issuer{
	{2200, 2204, []int{16}},             // Mir
	{3000, 3059, []int{14, 16}},         // Diners Club
	{3600, 3699, []int{14, 16}},         //
	{3800, 3999, []int{14, 16}},         //
	{4000, 4999, []int{13, 19}},         // Visa
	{5000, 5099, []int{16, 18, 19}},     // Maestro, Elo, RuPay
	{5600, 5899, []int{16, 18, 19}},     // Maestro
	{6000, 6999, []int{16, 17, 18, 19}}, // Maestro, Elo, RuPay, Discover
	{8100, 8299, []int{16, 19}},         // RuPay
	{9792, 9792, []int{16}},             // Troy
	{9000, 9999, []int{16, 17, 18, 19}}, // Chinese banks' own
}

func isIssued(card string, by []issuer) bool {
	head := 0
	for i := range 4 {
		head = head*10 + int(card[i]-'0')
	}
	return slices.ContainsFunc(by, func(b issuer) bool {
		return b.from <= head && head <= b.to && slices.Contains(b.lengths, len(card))
	})
}

// cardWords stand before numbers of cards.
var cardWords = []string{"card", "pan", "visa", "debit", "credit", "卡号", "卡號", "银行卡", "銀行卡", "信用卡", "储蓄卡", "提款卡", "金融卡", "账号", "帐号", "帳號", "打款", "转账", "转到", "轉帳"}

func hasCardWord(text string, start int) bool {
	const near = 64
	return containsAnyFold(text[max(0, start-near):start], cardWords)
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
