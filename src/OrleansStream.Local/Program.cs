return await OrleansStream.Local.LocalProgram.RunAsync(args);
