package redact

import "net/netip"

// findIP finds a public IPv4 address. Private, loopback and documentation
// addresses say nothing about anybody.
func findIP(n *number) (start, end int) {
	if len(n.groups) < 4 || !n.evenly(4, ".") || wordBefore(n.text, n.start) {
		return 0, 0
	}
	end = n.groups[3].end
	if end < len(n.text) && (base62.has(n.text[end]) || n.text[end] == '.' && end+1 < len(n.text) && base62.has(n.text[end+1])) {
		return 0, 0
	}
	address, err := netip.ParseAddr(n.text[n.start:end])
	if err != nil || address.IsPrivate() || !address.IsGlobalUnicast() || isCounted(n.text, n.start, end) {
		return 0, 0
	}
	for _, reserved := range reservedAddresses {
		if reserved.Contains(address) {
			return 0, 0
		}
	}
	return n.start, end
}

// reservedAddresses are those of RFC 5737 (documentation), RFC 6598 (shared by
// carriers) and RFC 2544 (benchmarks).
var reservedAddresses = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("198.18.0.0/15"),
}
