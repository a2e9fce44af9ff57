import FabricModel
import Foundation
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "known moments",
        arguments: [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("1969-12-31T23:59:59.000000Z", -1_000_000),
            ("2000-02-29T12:00:00.000000Z", 951_825_600_000_000),
            ("2000-03-01T00:00:00.000000Z", 951_868_800_000_000),
            ("2001-09-09T01:46:40.000000Z", 1_000_000_000_000_000),
            ("2024-02-29T23:59:59.500000Z", 1_709_251_199_500_000),
            ("2024-12-31T00:00:00.000000Z", 1_735_603_200_000_000),
            ("2038-01-19T03:14:08.000000Z", 2_147_483_648_000_000),
            ("2100-03-01T00:00:00.000000Z", 4_107_542_400_000_000),
            ("1900-01-01T00:00:00.000000Z", -2_208_988_800_000_000),
            ("1600-02-29T00:00:00.000000Z", -11_670_998_400_000_000),
            ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
            ("0000-01-01T00:00:00.000000Z", -62_167_219_200_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)]
    )
    func known(text: String, microseconds: Int64) throws {
        #expect(try Timestamp(text).microseconds == microseconds)
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test(
        "fractions of one to six digits, or none",
        arguments: [
            ("", 0), (".5", 500_000), (".05", 50_000), (".123456", 123_456), (".000001", 1),
            (".100", 100_000),
        ]
    )
    func fractions(fraction: String, microseconds: Int64) throws {
        #expect(try Timestamp("1970-01-01T00:00:00\(fraction)Z").microseconds == microseconds)
    }

    @Test("a leap second is the second after it")
    func leapSecond() throws {
        #expect(try Timestamp("2016-12-31T23:59:60Z") == Timestamp("2017-01-01T00:00:00Z"))
    }

    @Test(
        "what is no moment in UTC is refused",
        arguments: [
            "", "Z", "2026-11-22", "2026-11-22T20:03:27", "2026-11-22 20:03:27Z", "2026-11-22t20:03:27z",
            "2026-11-22T20:03:27+00:00", "2026-11-22T20:03Z", "2026-11-22T20:03:27.Z",
            "2026-11-22T20:03:27.1234567Z",
            "2026-11-22T20:03:27,5Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
            "20261-01-01T00:00:00Z", "-026-01-01T00:00:00Z", "2026-1-01T00:00:00Z ", "２０26-01-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-02-31T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-06-31T00:00:00Z", "2026-09-31T00:00:00Z", "2026-11-31T00:00:00Z",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: ModelError.self) { try Timestamp(text) }
        #expect(error?.code == .invalidTimestamp)
    }

    @Test("every day from 1890 to 2110 comes back, and every fifth is the day that Foundation says")
    func everyDay() throws {
        let first = try Timestamp("1890-01-01T00:00:00Z").microseconds / 1_000_000
        let style = Date.ISO8601FormatStyle().year().month().day()
        for day in 0..<Int64(220 * 365 + 55) {
            let seconds = first + day * 86_400
            let text = Timestamp(seconds: seconds).description
            #expect(try Timestamp(text).microseconds == seconds * 1_000_000)
            guard day % 5 == 0 else { continue }
            #expect(text.prefix(10) == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
        }
    }

    @Test("random moments are those of Foundation, and come back")
    func randomMoments() throws {
        var random = RandomValues(seed: 3)
        let style = Date.ISO8601FormatStyle()
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            let moment = Timestamp(
                microseconds: seconds * 1_000_000 + Int64.random(in: 0..<1_000_000, using: &random)
            )
            // The Gregorian calendar before 1582 is where Foundation's differs: it has the Julian one there.
            if seconds > -12_219_292_800 {
                #expect(moment.toSecond == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
            }
            #expect(try Timestamp(moment.description) == moment)
            #expect(moment.description.count == 27)
        }
    }

    @Test("the order of moments is the order of their texts")
    func order() throws {
        var random = RandomValues(seed: 4)
        for _ in 0..<500 {
            let one = Timestamp(microseconds: .random(in: 0...4_000_000_000_000_000, using: &random))
            let two = Timestamp(microseconds: .random(in: 0...4_000_000_000_000_000, using: &random))
            #expect((one < two) == (one.description < two.description))
        }
    }

    @Test("adding and subtracting seconds, and what goes beyond all time ends at its ends")
    func arithmetic() {
        let start = Timestamp(seconds: 100)
        #expect(start.adding(seconds: 1.5).microseconds == 101_500_000)
        #expect(start.adding(seconds: -200).microseconds == -100_000_000)
        #expect(start.adding(seconds: 2.25).seconds(since: start) == 2.25)
        #expect(start.adding(seconds: .infinity).microseconds == .max)
        #expect(start.adding(seconds: -1e300).microseconds == .min)
        #expect(start.adding(seconds: .nan) == start)
        #expect(Timestamp(microseconds: .max).adding(seconds: 1).microseconds == .max)
        #expect(Timestamp(seconds: .max).microseconds == .max)
        #expect(Timestamp(seconds: .min).microseconds == .min)
        #expect(Timestamp(microseconds: .max).seconds(since: Timestamp(microseconds: .min)) > 1e12)
    }

    @Test("the ends of time can be printed")
    func ends() {
        #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: .min).description.hasSuffix("Z"))
    }
}
