package redact

import (
	"strings"
	"time"
)

// findIDCard finds a resident number: 17 digits and a check digit, in one run
// or as 6 8 4. Province, date and check digit together let one random number
// in 70,000 through, so no word is needed.
func findIDCard(n *number) (start, end int) {
	switch {
	case n.sizes(18) || n.sizes(6, 8, 4) && n.evenly(3, " -"):
		k := 1
		if !n.sizes(18) {
			k = 3
		}
		if end = n.groups[k-1].end; !endsNumber(n.text, end) || !isIDCard(n.first(k)) {
			return 0, 0
		}
		return n.start, end
	case n.sizes(17) || n.sizes(6, 8, 3) && n.evenly(3, " -"):
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
	case n.sizes(4, 6, 5) && n.evenly(3, " -"):
		k = 3
	case n.sizes(4, 4, 4, 4, 3) && n.evenly(5, " -"):
		k = 5
	case n.sizes(4, 4, 4, 4) && n.evenly(4, " -"):
		k = 4
	case n.sizes(6, 13) && n.evenly(2, " -"):
		k = 2
	}
	end = n.groups[k-1].end
	if n.groups[k-1].overlong || !endsNumber(n.text, end) || !isBankCard(n.first(k)) {
		return 0, 0
	}
	if k == 1 && isCounted(n.text, n.start, end) {
		return 0, 0
	}
	return n.start, end
}

// issuers are the first digits of card numbers and how long those may be.
var issuers = []struct {
	from, to int // of the first four digits
	lengths  []int
}{
	{6200, 6299, []int{16, 17, 18, 19}}, // UnionPay
	{4000, 4999, []int{16, 19}},         // Visa
	{5100, 5599, []int{16}},             // Mastercard
	{2221, 2720, []int{16}},
	{3400, 3499, []int{15}}, // American Express
	{3700, 3799, []int{15}},
	{3528, 3589, []int{16}}, // JCB
	{6011, 6011, []int{16}}, // Discover
	{6500, 6599, []int{16}},
}

func isBankCard(card string) bool {
	if len(card) < 15 || len(card) > 19 {
		return false
	}
	head := 0
	for i := range 4 {
		head = head*10 + int(card[i]-'0')
	}
	for _, issuer := range issuers {
		if issuer.from <= head && head <= issuer.to {
			for _, length := range issuer.lengths {
				if len(card) == length {
					return luhn(card)
				}
			}
		}
	}
	return false
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
