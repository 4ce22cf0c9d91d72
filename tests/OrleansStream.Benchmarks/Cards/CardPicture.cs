using ScottPlot;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>The medians as bars: the pass that first touches the cards and the next one.</summary>
internal static class CardPicture
{
    private const int Width = 1000, RowHeight = 60, Margin = 120;
    private static readonly Color FirstColor = Color.FromHex("#7dd3c8"), NextColor = Color.FromHex("#0f766e");

    /// <param name="report">Of all rounds.</param>
    /// <param name="path">An <c>.svg</c> or <c>.png</c> file.</param>
    public static void Save(CardReport report, string path)
    {
        using var plot = new Plot();
        string[] contenders = [.. report.Contenders.Reverse()];
        var bars = new List<Bar>();
        for (int i = 0; i < contenders.Length; i++)
        {
            var own = report.Of(contenders[i]);
            bars.Add(BarOf(i + 0.2, Measuring.Rounds.Of(own.Select(r => r.First.Usage.PerSecond)).Median, FirstColor));
            bars.Add(BarOf(i - 0.2, Measuring.Rounds.Of(own.Select(r => r.Next.Usage.PerSecond)).Median, NextColor));
        }
        plot.Add.Bars(bars).Horizontal = true;
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, contenders.Length).Select(i => (double)i)], [.. contenders.Select(c => $"{c} ({report.Of(c)[0].Contract})")]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "first touch of the cards", FillColor = FirstColor });
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "next pass", FillColor = NextColor });
        plot.ShowLegend(Alignment.LowerRight);
        plot.XLabel("card checks per second, in thousands; in brackets what a shown decision survives");
        plot.HideGrid();
        plot.Axes.Margins(left: 0, right: 0.15);
        if (Path.GetExtension(path) == ".svg") plot.SaveSvg(path, Width, Margin + RowHeight * contenders.Length);
        else plot.SavePng(path, Width, Margin + RowHeight * contenders.Length);
    }

    private static Bar BarOf(double position, double perSecond, Color color) =>
        new() { Position = position, Value = perSecond / 1_000, FillColor = color, LineWidth = 0, Size = 0.36, Label = $"{perSecond / 1_000:0}" };
}
