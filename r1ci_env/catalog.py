"""The one table of the 144 tasks: plain data, from which everything is registered.

A new task is one file under ``envs/`` and one row here. The split was drawn once by ranking
``sha256("r1ci-split-v1:" + name)`` within each source, variants of one generator kept on one side,
and never changes without a new version of the ids.
"""

from dataclasses import dataclass, field
from typing import Literal

Source = Literal["symbench", "bbh", "reasoning_gym", "custom"]
Split = Literal["train", "test"]

SOURCES: tuple[Source, ...] = ("symbench", "bbh", "reasoning_gym")  # the benchmarks
SPLITS: tuple[Split, ...] = ("train", "test")

AGGREGATES = {"Train": "train", "Test": "test", "All": None}
"""Ids that mix tasks, ``r1ci/<key>-v0``, and the split that each draws from (None: both)."""

CUSTOM: Source = "custom"
"""Source, and category, of a task that comes from none of the three benchmarks."""

VALIDATION = (
    *("Pooling", "NumberMultiply", "StatisticalCounting", "PenguinsInATable", "CausalJudgement", "RuinNames"),
    *("GroupAnagrams", "SentenceReordering", "RottenOranges", "WordLadder", "FractionSimplification", "SpiralMatrix"),
)
"""Training tasks that experiments leave out, to see what carries over: choices are made on these, never on the test
tasks. The first of each source in the ranking of ``sha256("r1ci-validation-v1:" + name)``, variants skipped."""


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the catalog.

    Attributes:
        id: Name of the task, its class and its environment ``r1ci/<id>-v0``.
        source_name: Name of the task in its original benchmark; also the name of its file.
        source: Benchmark that the task comes from, or ``custom``.
        category: Folder of the task within its source; the source itself where it has none.
        split: ``train`` (107 tasks) or ``test`` (37).
        file: File name without suffix, where it is not ``source_name``.
    """

    id: str
    source_name: str
    source: Source
    category: str
    split: Split
    file: str = field(default="")

    @property
    def module(self) -> str:
        """Dotted name of the module that defines the task."""
        folder = self.source if self.category == self.source else f"{self.source}.{self.category}"
        return f"r1ci_env.envs.{folder}.{self.file or self.source_name}"

    @property
    def env_id(self) -> str:
        """Gymnasium id of the task."""
        return f"r1ci/{self.id}-v0"


CATALOG: tuple[Row, ...] = (
    # symbench
    Row("Game24", "game24", "symbench", "symbench", "train"),
    Row("PathPlan", "path_plan", "symbench", "symbench", "train"),
    Row("BoxLift", "boxlift", "symbench", "symbench", "train"),
    Row("BoxNet", "boxnet", "symbench", "symbench", "test"),
    Row("Blocksworld", "blocksworld", "symbench", "symbench", "train"),
    Row("NumberMultiply", "number_multiply", "symbench", "symbench", "train"),
    Row("Letters", "letters", "symbench", "symbench", "train"),
    Row("GsmHard", "gsm_hard", "symbench", "symbench", "test"),
    Row("MathGeometry", "math_geometry", "symbench", "symbench", "train"),
    Row("MathCountingProbability", "math_counting_probability", "symbench", "symbench", "test"),
    Row("PermutationsCombinations", "permutations_and_combinations", "symbench", "symbench", "train"),
    Row("LogicalEquation", "logical_equation", "symbench", "symbench", "test"),
    Row("CombinatorialCalculation", "combinatorial_calculation", "symbench", "symbench", "train"),
    Row("EightQueens", "eight_queens", "symbench", "symbench", "train"),
    Row("Pooling", "pooling", "symbench", "symbench", "train"),
    Row("Reversi", "reversi", "symbench", "symbench", "train"),
    Row("LightPuzzles", "light_puzzles", "symbench", "symbench", "train"),
    Row("NewOperator", "new_operator", "symbench", "symbench", "train"),
    Row("MahjongPattern", "mahjong_pattern", "symbench", "symbench", "train"),
    Row("StatisticalCounting", "statistical_counting", "symbench", "symbench", "train"),
    Row("SynthesisDecomposition", "synthesis_decomposition", "symbench", "symbench", "train"),
    Row("Game2048", "game_2048", "symbench", "symbench", "test"),
    Row("MatrixTransformation", "matrix_transformation", "symbench", "symbench", "train"),
    Row("PatternRecognition", "pattern_recognition", "symbench", "symbench", "train"),
    Row("ConstrainedLinearArrangement", "constrained_linear_arrangement", "symbench", "symbench", "train"),
    Row("StringSynthesis", "string_synthesis", "symbench", "symbench", "test"),
    Row("LogicPuzzle", "logic_puzzle", "symbench", "symbench", "test"),
    Row("StringInsertion", "string_insertion", "symbench", "symbench", "train"),
    Row("LetterLogicDiagram", "letter_logic_diagram", "symbench", "symbench", "train"),
    Row("StandardSudoku", "standard_sudoku", "symbench", "symbench", "train"),
    Row("StringDeletionModification", "string_deletion_and_modification", "symbench", "symbench", "test"),
    Row("StringSplitting", "string_splitting", "symbench", "symbench", "train"),
    Row("Cryptanalysis", "cryptanalysis", "symbench", "symbench", "train"),
    # bbh
    Row("BooleanExpressions", "boolean_expressions", "bbh", "bbh", "test"),
    Row("CausalJudgement", "causal_judgement", "bbh", "bbh", "train"),
    Row("DateUnderstanding", "date_understanding", "bbh", "bbh", "train"),
    Row("DisambiguationQA", "disambiguation_qa", "bbh", "bbh", "test"),
    Row("DyckLanguages", "dyck_languages", "bbh", "bbh", "train"),
    Row("FormalFallacies", "formal_fallacies", "bbh", "bbh", "train"),
    Row("GeometricShapes", "geometric_shapes", "bbh", "bbh", "test"),
    Row("Hyperbaton", "hyperbaton", "bbh", "bbh", "test"),
    Row(
        "LogicalDeductionThreeObjects",
        "logical_deduction_three_objects",
        "bbh",
        "bbh",
        "train",
        "logical_deduction",
    ),
    Row(
        "LogicalDeductionFiveObjects",
        "logical_deduction_five_objects",
        "bbh",
        "bbh",
        "train",
        "logical_deduction",
    ),
    Row(
        "LogicalDeductionSevenObjects",
        "logical_deduction_seven_objects",
        "bbh",
        "bbh",
        "train",
        "logical_deduction",
    ),
    Row("MovieRecommendation", "movie_recommendation", "bbh", "bbh", "test"),
    Row("MultistepArithmeticTwo", "multistep_arithmetic_two", "bbh", "bbh", "train"),
    Row("Navigate", "navigate", "bbh", "bbh", "train"),
    Row("ObjectCounting", "object_counting", "bbh", "bbh", "train"),
    Row("PenguinsInATable", "penguins_in_a_table", "bbh", "bbh", "train"),
    Row("ReasoningAboutColoredObjects", "reasoning_about_colored_objects", "bbh", "bbh", "test"),
    Row("RuinNames", "ruin_names", "bbh", "bbh", "train"),
    Row("SalientTranslationErrorDetection", "salient_translation_error_detection", "bbh", "bbh", "test"),
    Row("Snarks", "snarks", "bbh", "bbh", "train"),
    Row("SportsUnderstanding", "sports_understanding", "bbh", "bbh", "train"),
    Row("TemporalSequences", "temporal_sequences", "bbh", "bbh", "train"),
    Row(
        "TrackingShuffledObjectsThreeObjects",
        "tracking_shuffled_objects_three_objects",
        "bbh",
        "bbh",
        "train",
        "tracking_shuffled_objects",
    ),
    Row(
        "TrackingShuffledObjectsFiveObjects",
        "tracking_shuffled_objects_five_objects",
        "bbh",
        "bbh",
        "train",
        "tracking_shuffled_objects",
    ),
    Row(
        "TrackingShuffledObjectsSevenObjects",
        "tracking_shuffled_objects_seven_objects",
        "bbh",
        "bbh",
        "train",
        "tracking_shuffled_objects",
    ),
    Row("WebOfLies", "web_of_lies", "bbh", "bbh", "train"),
    Row("WordSorting", "word_sorting", "bbh", "bbh", "train"),
    # reasoning_gym/algebra
    Row("ComplexArithmetic", "complex_arithmetic", "reasoning_gym", "algebra", "train"),
    Row("IntermediateIntegration", "intermediate_integration", "reasoning_gym", "algebra", "train"),
    Row("PolynomialEquations", "polynomial_equations", "reasoning_gym", "algebra", "train"),
    Row("PolynomialMultiplication", "polynomial_multiplication", "reasoning_gym", "algebra", "test"),
    Row("SimpleEquations", "simple_equations", "reasoning_gym", "algebra", "train"),
    Row("SimpleIntegration", "simple_integration", "reasoning_gym", "algebra", "train"),
    # reasoning_gym/algorithmic
    Row("AB", "ab", "reasoning_gym", "algorithmic", "train"),
    Row("BaseConversion", "base_conversion", "reasoning_gym", "algorithmic", "train"),
    Row("BinaryAlternation", "binary_alternation", "reasoning_gym", "algorithmic", "test"),
    Row("BinaryMatrix", "binary_matrix", "reasoning_gym", "algorithmic", "train"),
    Row("CaesarCipher", "caesar_cipher", "reasoning_gym", "algorithmic", "train"),
    Row("CountPrimes", "count_primes", "reasoning_gym", "algorithmic", "train"),
    Row("Cryptarithm", "cryptarithm", "reasoning_gym", "algorithmic", "train"),
    Row("GameOfLife", "game_of_life", "reasoning_gym", "algorithmic", "test"),
    Row("GameOfLifeHalting", "game_of_life_halting", "reasoning_gym", "algorithmic", "train"),
    Row("GraphColor", "graph_color", "reasoning_gym", "algorithmic", "train"),
    Row("GroupAnagrams", "group_anagrams", "reasoning_gym", "algorithmic", "train"),
    Row("IsomorphicStrings", "isomorphic_strings", "reasoning_gym", "algorithmic", "test"),
    Row("Jugs", "jugs", "reasoning_gym", "algorithmic", "test"),
    Row("LetterJumble", "letter_jumble", "reasoning_gym", "algorithmic", "train"),
    Row("ManipulateMatrix", "manipulate_matrix", "reasoning_gym", "algorithmic", "train"),
    Row("NumberFiltering", "number_filtering", "reasoning_gym", "algorithmic", "train"),
    Row("NumberSorting", "number_sorting", "reasoning_gym", "algorithmic", "test"),
    Row("PalindromeGeneration", "palindrome_generation", "reasoning_gym", "algorithmic", "test"),
    Row("PalindromePartitioning", "palindrome_partitioning", "reasoning_gym", "algorithmic", "train"),
    Row("RansomNote", "ransom_note", "reasoning_gym", "algorithmic", "test"),
    Row("RottenOranges", "rotten_oranges", "reasoning_gym", "algorithmic", "train"),
    Row("SentenceReordering", "sentence_reordering", "reasoning_gym", "algorithmic", "train"),
    Row("SpellBackward", "spell_backward", "reasoning_gym", "algorithmic", "train"),
    Row("SpiralMatrix", "spiral_matrix", "reasoning_gym", "algorithmic", "train"),
    Row("WordLadder", "word_ladder", "reasoning_gym", "algorithmic", "train"),
    Row("WordSequenceReversal", "word_sequence_reversal", "reasoning_gym", "algorithmic", "train"),
    # reasoning_gym/arc
    Row("ARC1d", "arc_1d", "reasoning_gym", "arc", "train"),
    Row("ARCAGI", "arc_agi", "reasoning_gym", "arc", "train"),
    # reasoning_gym/arithmetic
    Row("BasicArithmetic", "basic_arithmetic", "reasoning_gym", "arithmetic", "train"),
    Row("BitwiseArithmetic", "bitwise_arithmetic", "reasoning_gym", "arithmetic", "train"),
    Row("CalendarArithmetic", "calendar_arithmetic", "reasoning_gym", "arithmetic", "train"),
    Row("ChainSum", "chain_sum", "reasoning_gym", "arithmetic", "train"),
    Row("CountBits", "count_bits", "reasoning_gym", "arithmetic", "train"),
    Row("DecimalArithmetic", "decimal_arithmetic", "reasoning_gym", "arithmetic", "train"),
    Row("DecimalChainSum", "decimal_chain_sum", "reasoning_gym", "arithmetic", "train"),
    Row("Dice", "dice", "reasoning_gym", "arithmetic", "train"),
    Row("FractionSimplification", "fraction_simplification", "reasoning_gym", "arithmetic", "train"),
    Row("GCD", "gcd", "reasoning_gym", "arithmetic", "test"),
    Row("LCM", "lcm", "reasoning_gym", "arithmetic", "train"),
    Row("LegCounting", "leg_counting", "reasoning_gym", "arithmetic", "train"),
    Row("NumberFormat", "number_format", "reasoning_gym", "arithmetic", "test"),
    Row("PowerFunction", "power_function", "reasoning_gym", "arithmetic", "train"),
    Row("PrimeFactorization", "prime_factorization", "reasoning_gym", "arithmetic", "train"),
    Row("TimeIntervals", "time_intervals", "reasoning_gym", "arithmetic", "train"),
    # reasoning_gym/code
    Row("BF", "bf", "reasoning_gym", "code", "train"),
    # reasoning_gym/cognition
    Row("ColorCubeRotation", "color_cube_rotation", "reasoning_gym", "cognition", "train"),
    Row("FigletFont", "figlet_font", "reasoning_gym", "cognition", "test"),
    Row("ModuloGrid", "modulo_grid", "reasoning_gym", "cognition", "train"),
    Row("NeedleHaystack", "needle_haystack", "reasoning_gym", "cognition", "test"),
    Row("NumberSequence", "number_sequence", "reasoning_gym", "cognition", "test"),
    Row("RectangleCount", "rectangle_count", "reasoning_gym", "cognition", "test"),
    Row("RubiksCube", "rubiks_cube", "reasoning_gym", "cognition", "train"),
    # reasoning_gym/games
    Row("Countdown", "countdown", "reasoning_gym", "games", "test"),
    Row("EmojiMystery", "emoji_mystery", "reasoning_gym", "games", "train"),
    Row("Futoshiki", "futoshiki", "reasoning_gym", "games", "train"),
    Row("KnightSwap", "knight_swap", "reasoning_gym", "games", "test"),
    Row("Maze", "maze", "reasoning_gym", "games", "train"),
    Row("MiniSudoku", "mini_sudoku", "reasoning_gym", "games", "train"),
    Row("RushHour", "rush_hour", "reasoning_gym", "games", "test"),
    Row("Sokoban", "sokoban", "reasoning_gym", "games", "train"),
    Row("TowerOfHanoi", "tower_of_hanoi", "reasoning_gym", "games", "test"),
    Row("Tsumego", "tsumego", "reasoning_gym", "games", "train"),
    # reasoning_gym/geometry
    Row("AdvancedGeometry", "advanced_geometry", "reasoning_gym", "geometry", "train"),
    Row("SimpleGeometry", "simple_geometry", "reasoning_gym", "geometry", "train"),
    # reasoning_gym/graphs
    Row("CourseSchedule", "course_schedule", "reasoning_gym", "graphs", "train"),
    Row("FamilyRelationships", "family_relationships", "reasoning_gym", "graphs", "train"),
    Row("LargestIsland", "largest_island", "reasoning_gym", "graphs", "test"),
    Row("QuantumLock", "quantum_lock", "reasoning_gym", "graphs", "test"),
    Row("ShortestPath", "shortest_path", "reasoning_gym", "graphs", "train"),
    # reasoning_gym/induction
    Row("Acre", "acre", "reasoning_gym", "induction", "train"),
    Row("ListFunctions", "list_functions", "reasoning_gym", "induction", "test"),
    # reasoning_gym/logic
    Row("AIW", "aiw", "reasoning_gym", "logic", "train"),
    Row("CircuitLogic", "circuit_logic", "reasoning_gym", "logic", "train"),
    Row("KnightsKnaves", "knights_knaves", "reasoning_gym", "logic", "train"),
    Row("PropositionalLogic", "propositional_logic", "reasoning_gym", "logic", "test"),
    Row("SelfReference", "self_reference", "reasoning_gym", "logic", "train"),
    Row("Syllogism", "syllogism", "reasoning_gym", "logic", "train"),
    Row("ZebraPuzzles", "zebra_puzzles", "reasoning_gym", "logic", "train"),
)
