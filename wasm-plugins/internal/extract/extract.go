package extract

// Extractor holds the models and the words. It is safe for concurrent use.
type Extractor struct {
	lexicon lexicon
}

// Reader gives an extractor without models, for training.
func Reader() *Extractor { return &Extractor{lexicon: newLexicon()} }
