using System.Runtime.InteropServices;
using OrleansStream.Cli;

// The first Ctrl-C (or SIGTERM) ends the command in good order: progress is saved, the summary printed.
// A second one ends the process at once.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);

return await CommandLine.RunAsync(args, CommandConsole.OfProcess(), TimeProvider.System, stop.Token);

void StopOnce(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
