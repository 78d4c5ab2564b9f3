Console.Error.WriteLine("evenkeel: nothing to run yet");
return 1;
