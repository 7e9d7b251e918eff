package plugin

import (
	"context"
	"errors"
	"sync"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Options are the settings of [Open].
type Options struct {
	// CacheDir keeps compiled code by the digest of the module and the version
	// of the engine; "" compiles anew. It holds machine code that is run as it
	// is: nobody else may write there.
	CacheDir string
	// Pure says that nothing but its state is known to change what a plugin of
	// the module makes of a batch. It then keeps its instance, until it fails:
	// that saves most of the time that a short batch takes, and lets plugins share
	// what they work out. Only for modules whose source is here and which tests
	// hold to that.
	Pure bool
}

// Module is a module whose plugins are ready to run. It may be used from several
// goroutines at once.
type Module struct {
	manifests []abi.Manifest
	digest    string
	runtime   wazero.Runtime
	cache     wazero.CompilationCache // nil without one
	compiled  wazero.CompiledModule
	pure      bool
	mutex     sync.Mutex
	idle      *guest // of a pure module: instance for the next batch, nil without one
}

// Open makes a module ready and asks it for its manifests. What is wrong with
// the module is an [*Error]. The caller closes the Module.
func Open(ctx context.Context, wasm []byte, options Options) (*Module, error) {
	return open(ctx, wasm, options, wazero.NewRuntimeConfig())
}

func open(ctx context.Context, wasm []byte, options Options, engine wazero.RuntimeConfig) (*Module, error) {
	metered, err := meter(wasm)
	if err != nil {
		return nil, err
	}
	m, err := load(ctx, metered, engine, options.CacheDir)
	if err != nil && options.CacheDir != "" {
		// The cache may be damaged or full; it only saves time.
		m, err = load(ctx, metered, engine, "")
	}
	if err != nil {
		return nil, err
	}
	m.digest, m.pure = digest(wasm), options.Pure
	if err := m.introduce(ctx); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func load(ctx context.Context, metered []byte, engine wazero.RuntimeConfig, cacheDir string) (*Module, error) {
	m := &Module{}
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, err
		}
		m.cache = cache
		engine = engine.WithCompilationCache(cache)
	}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, engine)
	err := host(ctx, m.runtime)
	if err == nil {
		m.compiled, err = compile(ctx, m.runtime, metered)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// introduce checks the version of the ABI and reads the manifests.
func (m *Module) introduce(ctx context.Context) error {
	g := m.take()
	g.show(abi.Batch{}, nil)
	_, err := g.during(ctx, m, func() error {
		version, err := g.call(ctx, abi.ExportVersion)
		if err != nil {
			return err
		}
		if uint32(version) != abi.Version {
			return refused("it speaks version %d of the ABI; this program speaks version %d", uint32(version), abi.Version)
		}
		answer, err := g.answer(ctx, abi.ExportManifest, abi.MaxManifest)
		if err != nil {
			return err
		}
		if err := decode(answer, &m.manifests); err != nil {
			return err
		}
		if err := abi.CheckManifests(m.manifests); err != nil {
			return badResult("%s", err)
		}
		return nil
	})
	return err
}

// Manifests are what the plugins of the module say about themselves, checked:
// their names are safe as file names.
func (m *Module) Manifests() []abi.Manifest { return m.manifests }

// Digest is the SHA-256 of the module as it was given, in lower-case hex.
func (m *Module) Digest() string { return m.digest }

// Close frees what the module holds. It must not run at the time.
func (m *Module) Close() error {
	ctx := context.Background()
	err := m.runtime.Close(ctx)
	if m.cache != nil {
		err = errors.Join(err, m.cache.Close(ctx))
	}
	return err
}
