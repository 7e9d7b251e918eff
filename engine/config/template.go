package config

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"
)

//go:embed template_zh.yaml
var templateChinese string

//go:embed template_en.yaml
var templateEnglish string

// Template returns a settings file that documents every key and sets none. It
// is Chinese unless lang is en.
func Template(lang string) []byte {
	if lang == LangEnglish {
		return []byte(templateEnglish)
	}
	return []byte(templateChinese)
}

// Create writes the template where there is no file yet, and makes the directory
// for it. The error is [io/fs.ErrExist] when there is one.
func Create(path, lang string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(Template(lang))
	if err := errors.Join(err, file.Close()); err != nil {
		os.Remove(path) // half of it would be no settings file
		return err
	}
	return nil
}
