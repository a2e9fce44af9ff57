import FabricModel
import SystemPackage
import Testing

@testable import Components

@Suite("Finding the package database", .ownThread)
struct PackageDatabasesTests {
    private let folder: ScratchFolder
    private var rpm = RPMDatabase.Places()
    private var dpkg = DpkgDatabase.Places()

    init() throws {
        folder = try ScratchFolder()
        try folder.makeDirectory("rpm")
        try folder.makeDirectory("dpkg")
        rpm.folder = folder.appending("rpm")
        dpkg.folder = folder.appending("dpkg")
        dpkg.extendedStates = folder.appending("none")
    }

    private func addToDpkg(_ count: Int) throws {
        let paragraphs = (0..<count)
            .map {
                "Package: p\($0)\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n"
            }
        try folder.write(paragraphs.joined(), to: "dpkg/status")
    }

    @Test("without a database there is none, and a preferred one that is missing is an error")
    func none() throws {
        #expect(try PackageDatabases.detect(rpm: rpm, dpkg: dpkg) == nil)
        for system in PackageSystem.allCases {
            let error = #expect(throws: ComponentsError.self) {
                try PackageDatabases.detect(preferred: system, rpm: rpm, dpkg: dpkg)
            }
            #expect(error?.code == .packageDatabaseMissing)
        }
    }

    @Test("a database without packages is not taken, unless it is preferred")
    func empty() throws {
        try addToDpkg(0)
        #expect(try PackageDatabases.detect(rpm: rpm, dpkg: dpkg) == nil)
        #expect(try PackageDatabases.detect(preferred: .dpkg, rpm: rpm, dpkg: dpkg)?.system == .dpkg)
        try addToDpkg(1)
        #expect(try PackageDatabases.detect(rpm: rpm, dpkg: dpkg)?.system == .dpkg)
    }

    @Test(
        "of two the one with more packages is taken, or the preferred one",
        .enabled(if: ScratchRPM.isAvailable)
    )
    func both() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        try root.rpm("-i", try root.package("weft-other", version: "1.0").string)
        try addToDpkg(1)
        #expect(try PackageDatabases.detect(rpm: root.places, dpkg: dpkg)?.system == .rpm)
        #expect(try PackageDatabases.detect(preferred: .dpkg, rpm: root.places, dpkg: dpkg)?.system == .dpkg)
        try addToDpkg(3)
        #expect(try PackageDatabases.detect(rpm: root.places, dpkg: dpkg)?.system == .dpkg)
        #expect(try PackageDatabases.detect(preferred: .rpm, rpm: root.places, dpkg: dpkg)?.system == .rpm)
    }
}
