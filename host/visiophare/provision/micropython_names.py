# SPDX-FileCopyrightText: 2026 Visiophare contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes that MicroPython's own objects have: no attribute of ours may be renamed from one.

Owns that list, and needs nothing but the standard library: the build hook loads this file alone.
The names are all that MicroPython 1.29 interns in py/, extmod/, shared/, ports/rp2 and ports/esp32
(its sources write them MP_QSTR_name), and those of its rp2.py, without what belongs to networks,
displays and other modules that no board file imports. A module that MODULES does not list brings
objects that are not known here, and is refused.
"""

import ast

_MODULES = """
array binascii esp32 gc io json machine math micropython os rp2 select sys time uctypes
"""
MODULES = frozenset(_MODULES.split())
_BY_TEXT = {"eval", "execfile", "globals", "locals", "vars", "__dict__", "__import__"}
_BY_TEXT |= {"dir", "getattr", "hasattr", "setattr", "delattr", "namedtuple", "struct"}

_NAMES = """
ADC ADCBlock ALT ALT_CORESIGHT_TRACE ALT_GPCK ALT_HSTX ALT_I2C ALT_PIO0 ALT_PIO1 ALT_PIO2 ALT_PWM
ALT_SIO ALT_SPI ALT_UART ALT_UART_AUX ALT_USB ALT_XIP_CS1 ARRAY ATTN_0DB ATTN_11DB ATTN_2_5DB
ATTN_6DB ArithmeticError AssertionError AttributeError BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32
BFUINT8 BF_LEN BF_POS BIG_ENDIAN BOOT BUILTIN_CDC BUILTIN_CDC_MSC BUILTIN_DEFAULT BUILTIN_MSC
BUILTIN_NONE BaseException BufferedWriter BytesIO CAN CORE_TEMP CTS DAC DECREMENT DEEPSLEEP
DEEPSLEEP_RESET DMA DMATimer DRIVE_0 DRIVE_1 DRIVE_2 DRIVE_3 EOFError EXT0_WAKE EXT1_WAKE Ellipsis
Exception FILTERS_MAX FLAG_EXT_ID FLAG_RTR FLAG_UNORDERED FLOAT32 FLOAT64 FileIO Flash GIL
GeneratorExit HARD_RESET HEAP_DATA HEAP_EXEC HOLD I2C I2CTarget I2S IGNORE IN INCREMENT INT INT16
INT32 INT64 INT8 INV_CTS INV_RTS INV_RX INV_TX IN_HIGH IN_LOW IOBase IRQ IRQ_ADDR_MATCH_READ
IRQ_ADDR_MATCH_WRITE IRQ_BREAK IRQ_END_READ IRQ_END_WRITE IRQ_FALLING IRQ_MAX IRQ_MIN IRQ_READ_REQ
IRQ_RISING IRQ_RX IRQ_RXIDLE IRQ_SM0 IRQ_SM1 IRQ_SM2 IRQ_SM3 IRQ_STATE IRQ_THRESHOLD0 IRQ_THRESHOLD1
IRQ_TX IRQ_TXIDLE IRQ_TX_FAILED IRQ_TX_IDX_MASK IRQ_TX_IDX_SHIFT IRQ_WRITE_REQ IRQ_ZERO ImportError
IndentationError IndexError Interpolation JOIN_NONE JOIN_RX JOIN_TX KeyError KeyboardInterrupt LDO
LITTLE_ENDIAN LOG_DEBUG LOG_ERROR LOG_INFO LOG_NONE LOG_VERBOSE LOG_WARNING LONG LONGLONG LSB
LockType LookupError MODE_LOOPBACK MODE_NORMAL MODE_SILENT MODE_SILENT_LOOPBACK MODE_SLEEP MONO MSB
MemoryError NATIVE NORMAL NVS NameError NoneType NotImplemented NotImplementedError ONE_SHOT
OPEN_DRAIN OSError OUT OUT_HIGH OUT_LOW OrderedDict OverflowError PCNT PERIODIC PIN_WAKE PIO
PIOASMEmit PIOASMError POLLERR POLLHUP POLLIN POLLOUT PTR PULL_DOWN PULL_UP PULSE_MAX PWM
PWRON_RESET Partition Pin PinAF PinBase RECV_ERR_FULL RECV_ERR_OVERRUN REVERSE RMT RTC RTS RUNNING
RX RingIO RuntimeError SDCard SHIFT_LEFT SHIFT_RIGHT SHORT SLEEP SOFT_RESET SPI STATE_ACTIVE
STATE_BUS_OFF STATE_PASSIVE STATE_STOPPED STATE_WARNING STEREO Signal SoftI2C SoftSPI StateMachine
StopAsyncIteration StopIteration StringIO SyntaxError SystemExit TIMER_WAKE TOUCHPAD_WAKE TX
TX_QUEUE_LEN TYPE_APP TYPE_DATA Template TextIOWrapper Timer TouchPad TypeError UART UINT UINT16
UINT32 UINT64 UINT8 ULONG ULONGLONG ULP ULP_WAKE USBDevice USHORT UnicodeError VOID ValueError
VfsFat VfsLfs1 VfsLfs2 VfsPosix VfsRom ViperTypeError WAKEUP_ALL_LOW WAKEUP_ANY_HIGH WAKE_HIGH
WAKE_LOW WDT WDT_RESET WIDTH_10BIT WIDTH_11BIT WIDTH_12BIT WIDTH_13BIT WIDTH_9BIT XFER_FAILED
XFER_STALLED XFER_SUCCESS ZeroDivisionError _asdict _build _dir__ _machine _mpy _rp2 _thread _v2
a2b_base64 abs abs_tol acos acosh acquire active add add_program addr addressof addrsize
adjust_voltage adjustable ahb_err align alive all alloc_emergency_exception_buf allocate_lock alt
any append appendleft arg args argv array ascii asin asinh asm_pio asm_pio_encode asm_rv32 asm_thumb
asm_xtensa atan atan2 atanh atexit atten autopull autopush b2a_base64 baudrate big bin binascii
bitrate bits bitstream bitstream_channel bitstream_rmt block block_size board bool bootloader
bootsel_button bound_method bswap buf buffer buffering builtin_driver builtins busy bytearray
bytearray_at bytecode byteorder bytes bytes_at calcsize callable callback cancel_send ceil center
chain_to channel channel_id chdir chr classmethod clear clock_div close closure cmath co_code
co_consts co_filename co_firstlineno co_lines co_lnotab co_name co_names code collect collections
commit compile complex cond config connect const control_xfer_cb conversion copy copysign cos cosh
count country cpu crc32 ctrl cts data datetime dec decode deepsleep default degrees deinit delattr
delay delay_max deleter deque desc_cfg desc_dev desc_strs dest detach dht_readinto dict dict_view
difference difference_update dir disable disable_irq discard divmod doc drive dump dumps dupterm
dupterm_notify duty duty_ns duty_u16 e enable enable_irq encode encoding end endswith enumerate
ep_max erase_key erf erfc errno errorcode esp esp32 eval exc_info exec execfile executable exit exp
expm1 expression extend f fabs factorial falling feed fifo_join file fileno filter finalize find
firstbit flags flash_erase flash_read flash_size flash_user_start flash_write float floor flow flush
fmod format format_spec freq frexp from_bytes fromhex fromkeys frozenset function gamma gc generator
get get_blob get_counters get_i32 get_ident get_next_update get_timings getattr getcwd getenv
getsizeof getter getvalue globals gmtime gpio_base gpio_deep_sleep_hold gpio_matrix_in
gpio_matrix_out handler hard hasattr hash heap_lock heap_locked heap_unlock help hex hexlify high
high_pri hold ibuf id idf_heap_info idf_task_info idle idle_level ignore ilistdir imag
implementation in_ in_base in_shiftdir inc_read inc_read_rev inc_write inc_write_rev index indices
inf info init input insert instr int intern interpolations intersection intersection_update invert
io ioctl ipoll irq irq_quiet isalpha isclose isdigit isdisjoint isenabled isfinite isinf isinstance
islower isnan isspace issubclass issubset issuperset isupper items itemsize iter iterable iterator
itf_max jmp jmp_pin join json kbd_intr keepends key keys kw label labels ldexp len length level
lgamma lightsleep list listdir little load loads locals localtime lock locked log log10 log2 loop
loop_count low lower lstrip machine map mark_app_valid_cancel_rollback math max
maximum_space_recursion_space_depth_space_exceeded maxsize mck mcu_temperature mem mem16 mem32 mem8
mem_addrsize mem_alloc mem_backup mem_current mem_free mem_info mem_peak mem_total memaddr memory
memoryview micropython min miso mkdir mkfs mktime mod mode mode_high mode_low mode_pin modf modify
module modules mosi mount mov name namedtuple nan native newline next nodename nop num_instr
num_sideset num_symbols object oct off on open open_itf_cb opt_level ord os osdebug out out_base
out_init out_shiftdir pack pack_ctrl pack_into parity partition pass_ path peek pend_throw period
phase pi pin pins platform polar polarity poll pop popitem popleft pow preview print print_exception
prog property ps1 ps2 ptr ptr16 ptr32 ptr8 pull pull_thresh push push_thresh put putenv
pystack_space_exhausted pystack_use qstr_info r radians range rate ratio raw_temperature rb read
read_err read_timed read_u16 read_uv readblocks readchar readfrom readfrom_into readfrom_mem
readfrom_mem_into readinto readline readlines readonly real rect recv ref register registers rel_tol
release remote_wakeup remove remove_program rename replace repr reset reset_cause reset_cb
resolution_hz restart reverse reversed rfind rindex ring_sel ring_size rising rmdir rom_ioctl round
rp2 rpartition rsplit rstrip rts rx rx_fifo rxbuf sample_point scan schedule sck scl sd sda seek
select self send sendbreak sep separators set set_base set_blob set_boot set_filters set_i32
set_init setattr setdefault setter settrace shift side side_pindir sideset_base sideset_count
sideset_init sideset_opt signed sin single sinh size sizeof sjw sleep sleep_ms sleep_us slice
sniff_en soft_reset sort sorted source_freq split splitlines sqrt src stack_size stack_use stall
start start_new_thread start_pass startswith stat state state_machine staticmethod statvfs stderr
stdin stdout step stop str str_max string string_dot_templatelib strings strip struct submit_xfer
subtype sum super symmetric_difference symmetric_difference_update sync sys sysname system tan tanh
tau tell templatelib threshold threshold0 threshold1 throw tick_hz ticks_add ticks_cpu ticks_diff
ticks_ms ticks_us time time_ns time_pulse_us timeout timeout_char timeout_ms to_bytes toggle
tracebacklimit treq_sel trigger trunc tseg1 tseg2 tuple tx tx_carrier tx_fifo txbuf txdone type
uctypes uint umount uname unhexlify union unique_id unlink unpack unpack_ctrl unpack_from unregister
unsafe unsetenv update upper urandom usys utf8 utf_hyphen_8 value value2 values version version_info
vfs viper voltage_mv wait wait_done wake wake_on_ext0 wake_on_ext1 wake_on_gpio wake_on_touch
wake_on_ulp wake_pins wake_reason weakref width word wrap wrap_target wrap_used write write_err
write_pulses write_readinto writeblocks writechar writeto writeto_mem writevto ws x xfer_cb xxx xxxx
zip
"""
NAMES = frozenset(_NAMES.split())


def own_names(tree: ast.Module) -> frozenset[str]:
    """The attributes that a program must leave as they are.

    Raises ValueError for what could reach a name unseen: a module whose objects are not known here,
    a name that is put together while running, a class that is not simply one of the module's.
    """
    asked, known = set(), set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("getattr", "hasattr"):
            continue
        if isinstance(node.args[1], ast.Constant):
            asked.add(str(node.args[1].value))
            known.add(id(node.func))
    for node in ast.walk(tree):
        unseen = _unseen(node, tree)
        if unseen and id(node) not in known:
            raise ValueError(f"line {getattr(node, 'lineno', 0)}: {unseen} hides names")
    return NAMES | asked


def _unseen(node: ast.AST, tree: ast.Module) -> str:
    """What in this node hides names from whoever reads the source, or ""."""
    wanted: list[str] = []
    if isinstance(node, ast.Import):
        wanted = [alias.name for alias in node.names if alias.name not in MODULES]
    elif isinstance(node, ast.ImportFrom):
        wanted = [node.module or "."] if node.module not in MODULES else []
        wanted += [alias.name for alias in node.names if alias.name in _BY_TEXT]
    elif isinstance(node, ast.ClassDef):
        plain = (ast.FunctionDef, ast.Assign, ast.Pass, ast.Expr)
        wanted = [ast.unparse(part) for part in node.body if not isinstance(part, plain)]
        simple = ast.Name | ast.Attribute
        wanted += [ast.unparse(base) for base in node.bases if not isinstance(base, simple)]
        wanted += [] if node in tree.body else [node.name]
    elif isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        wanted = [name] if name in _BY_TEXT else []
    return ", ".join(wanted)
