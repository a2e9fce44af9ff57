import Commands
import Glibc

exit(Weft.run(Array(CommandLine.arguments.dropFirst())))
