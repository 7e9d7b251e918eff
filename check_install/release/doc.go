// Command release makes the archives that people download.
//
// It is run at the top of the repository:
//
//	go run ./check_install/release [-o bin/release] [linux/amd64 ...]
//
// For each platform of skill.yaml, or each that is named, it builds the program
// and packs it with what people and assistants read and the scripts that install
// it: .zip for Windows, .tar.gz for the others. SHA256SUMS lists them in the form
// of sha256sum.
//
// It promises the same bytes each time that the same Go builds the same files,
// so that everybody can check where an archive came from: nothing of the
// machine, the time or the repository goes into it.
package main
