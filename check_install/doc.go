// Command check_install tells whether an installed skill is complete and working.
//
// It is run from the skill's folder, before anything is installed:
//
//	go run ./check_install
//
// It prints what session-sync doctor prints, and beside it whether the Go here
// can build the program. Exit codes: 0 ready to use; 1 something has to be
// mended first; 2 wrong usage. It takes no flags: SESSION_SYNC_LANG or the locale
// choose the language, and the variables of session-sync the places.
//
// Beside it lie install.sh and install.ps1, which build the program out of this
// folder. Its tests also hold the repository to what the tools deliver that
// install skills.
package main
