// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target below `Sources/`, with its test target below `Tests/`.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    tests: [Target.Dependency] = [],
    fixtures: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name)] + dependencies + tests,
            exclude: fixtures,
            swiftSettings: strict
        ),
    ]
}

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

// Targets depend downwards only; the README has the map.
let values = library("FabricModel", [crypto], tests: ["TrialFabric"])

let systemTargets: [Target] =
    [
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
    ]
    + library("LinuxSystem", ["CLinux", system], tests: ["TrialFabric"])
    + library("Compression", ["CZlib"])
    + library("Settings", [configuration, yams])

let contract = library("FabricAPI", ["FabricModel"])

let parts =
    library("FabricIdentity", ["FabricModel", crypto, swiftASN1, x509], tests: ["TrialFabric"])
    + library("FileWatching", ["LinuxSystem", system], tests: ["CLinux"])
    + library("Facts", ["FabricModel", "LinuxSystem", system], fixtures: ["Fixtures"])
    + library("RecordingRules", ["FabricModel", "LinuxSystem", system, yams])
    + library(
        "Components",
        ["FabricModel", "LinuxSystem", "RecordingRules", system, subprocess, crypto, grdb],
        tests: ["CLinux"]
    )
    + library("Journal", ["FabricModel", "Compression", "LinuxSystem", grdb, sqlite, system])
    + library(
        "FabricClient",
        ["FabricAPI", "FabricModel", "FabricIdentity", "Compression", "CCurl", "CCurlShim"],
        tests: ["ScriptedServer"]
    )
    + library("NodeControl", ["FabricModel", "LinuxSystem", system], tests: ["TrialFabric"])
    + library("ServerStore", ["FabricModel", "FabricAPI", "Compression", grdb])

let services =
    library(
        "NodeAgent",
        [
            "FabricModel", "FabricAPI", "LinuxSystem", "FileWatching", "RecordingRules", "Components",
            "Journal", "Facts",
            "FabricClient", "FabricIdentity", "NodeControl", "Settings", serviceLifecycle, logging, system,
            crypto,
        ],
        tests: ["ScriptedServer"]
    )
    + library(
        "FabricServer",
        [
            "FabricModel", "FabricAPI", "FabricClient", "FabricIdentity", "ServerStore", "Compression",
            "LinuxSystem", "RecordingRules", "Settings", crypto,
            hummingbird, hummingbirdCore, httpTypes, nioCore, nioSSL, serviceLifecycle, logging, system,
        ],
        tests: [hummingbirdTesting, nioEmbedded, grdb, "TrialFabric", "weft-server"]
    )
    + library(
        "Commands",
        [
            "FabricModel", "FabricAPI", "FabricClient", "FabricIdentity", "NodeControl", "LinuxSystem",
            argumentParser, system,
        ],
        tests: ["ScriptedServer"]
    )

let programs: [Target] = [
    program(
        "weftd",
        [
            "NodeAgent", "LinuxSystem", "Settings", argumentParser, serviceLifecycle, unixSignals, logging,
            system,
        ]
    ),
    program("weft", ["Commands"]),
    program(
        "weft-server",
        [
            "FabricServer", "FabricIdentity", "Settings", argumentParser, serviceLifecycle, unixSignals,
            logging,
        ]
    ),
]

let trials: [Target] = [
    // A server that answers as a test says.
    .target(
        name: "ScriptedServer",
        dependencies: ["FabricIdentity", "FabricModel", nioCore, nioPosix, nioSSL],
        path: "Tests/ScriptedServer",
        swiftSettings: strict
    ),
    // Servers and nodes that run beside a test or a benchmark.
    .target(
        name: "TrialFabric",
        dependencies: [
            "FabricModel", "FabricAPI", "FabricClient", "FabricIdentity", "LinuxSystem", "NodeControl",
            system,
        ],
        path: "Tests/TrialFabric",
        swiftSettings: strict
    ),
    // Decoders of what others send, for fuzzers.
    .target(
        name: "FuzzTargets",
        dependencies: [
            "FabricModel", "FabricAPI", "FabricServer", "ServerStore", "NodeControl", "Components",
            "Compression",
        ],
        path: "Tests/FuzzTargets",
        swiftSettings: strict
    ),
    .testTarget(name: "FuzzTargetsTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
    .testTarget(
        name: "EndToEndTests",
        dependencies: [
            "TrialFabric", "Compression", "FabricModel", "FabricAPI", "FabricClient", "NodeControl",
            "LinuxSystem", "weftd",
            "weft",
            "weft-server", system, grdb,
        ],
        swiftSettings: strict
    ),
    program(
        "weft-bench",
        [
            "TrialFabric", "FabricModel", "FabricAPI", "FabricClient", "NodeControl", "LinuxSystem",
            "Compression",
            "Components", "Facts", argumentParser, crypto, grdb, nioCore, nioPosix, nioSSL, nioTLS, system,
        ],
        path: "Tests/Benchmarks"
    ),
]

// It links only with -sanitize=fuzzer, so that nothing but packaging/fuzz builds it.
let fuzzers: [Target] =
    Context.environment["WEFT_FUZZ"] == nil
    ? [] : [program("weft-fuzz", ["FuzzTargets"], path: "Tests/LibFuzzer")]

let package = Package(
    name: "weft",
    products: [
        .executable(name: "weftd", targets: ["weftd"]),
        .executable(name: "weft", targets: ["weft"]),
        .executable(name: "weft-server", targets: ["weft-server"]),
        .executable(name: "weft-bench", targets: ["weft-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: values + systemTargets + contract + parts + services + programs + trials + fuzzers,
    swiftLanguageModes: [.v6]
)
