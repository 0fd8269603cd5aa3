import { BreakpointObserver } from '@angular/cdk/layout';
import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSidenav, MatSidenavContainer, MatSidenavContent } from '@angular/material/sidenav';
import { MatToolbar } from '@angular/material/toolbar';
import {
  NavigationEnd,
  Router,
  RouterLink,
  RouterLinkActive,
  RouterOutlet,
  type IsActiveMatchOptions,
} from '@angular/router';
import { distinctUntilChanged, filter, map, skip } from 'rxjs';
import { AuthStore } from '../core/auth/auth.store';
import { ConsoleCode } from '../core/code/console-code';
import { IncidentsStore } from '../core/fleet/incidents.store';
import { InstancesStore } from '../core/fleet/instances.store';
import { API_DOCS_URL } from '../core/http/api-operations';
import { Jumps } from '../core/keys/jumps';
import { Shortcuts } from '../core/keys/shortcuts';
import { LiveStore } from '../core/live/live.store';
import { OverviewStore } from '../core/live/overview.store';
import { duration } from '../core/time/relative-time';
import { Icon } from '../ui/icon';
import { IncidentBanner } from './incident-banner';
import { LiveMark } from './live-mark';
import { Overlays } from './overlays';
import { ReconnectingRibbon } from './reconnecting-ribbon';
import { SHELL_TEXTS } from './shell.texts';
import { ThemeMenu } from './theme-menu';
import { TimeZoneSwitch } from './time-zone-switch';

/** Below this width the side navigation becomes a menu. */
const NARROW = '(max-width: 899.98px)';
/** Height of the bar, as in shell.scss. */
const BAR_PX = 52;

function matching(paths: IsActiveMatchOptions['paths']): IsActiveMatchOptions {
  return { paths, queryParams: 'ignored', fragment: 'ignored', matrixParams: 'ignored' };
}

/** Surrounds every page of a signed-in user: navigation, search, account, and the live stream. */
@Component({
  selector: 'mc-shell',
  imports: [
    Icon,
    IncidentBanner,
    LiveMark,
    MatIconButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    MatSidenav,
    MatSidenavContainer,
    MatSidenavContent,
    MatToolbar,
    ReconnectingRibbon,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    ThemeMenu,
    TimeZoneSwitch,
  ],
  providers: [OverviewStore, InstancesStore, IncidentsStore],
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export class Shell {
  protected readonly texts = SHELL_TEXTS.frame;

  private readonly auth = inject(AuthStore);
  private readonly router = inject(Router);
  private readonly overlays = inject(Overlays);
  private readonly overview = inject(OverviewStore).overview;
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly header = viewChild.required<ElementRef<HTMLElement>>('header');

  private readonly jumps = inject(Jumps);
  protected readonly pages = this.jumps.pages;
  protected readonly morePages = this.jumps.morePages;
  protected readonly exactly = matching('exact');
  protected readonly loosely = matching('subset');
  protected readonly docsUrl = API_DOCS_URL;
  protected readonly paletteKeys = /Mac|iPhone|iPad/.test(navigator.userAgent)
    ? '⌘ K'
    : SHELL_TEXTS.frame.ctrlK;
  protected readonly user = this.auth.user;
  protected readonly isNarrow = toSignal(
    inject(BreakpointObserver)
      .observe(NARROW)
      .pipe(map(({ matches }) => matches)),
    { initialValue: false },
  );
  protected readonly isMenuOpen = signal(false);
  protected readonly isNavOpen = computed(() => !this.isNarrow() || this.isMenuOpen());
  /** The navigation begins below the bar, and below the ribbon if there is one. */
  protected readonly headerHeight = signal(BAR_PX);
  protected readonly about = computed(() => {
    const facts = this.overview.value();
    return facts ? { version: facts.version, uptime: duration(facts.uptime_sec) } : null;
  });

  constructor() {
    const lifetime = inject(DestroyRef);
    const live = inject(LiveStore);
    const code = inject(ConsoleCode);
    live.start(lifetime);
    afterNextRender(() => this.measureHeader(lifetime));
    // The gap may be a restart with another version.
    live.follow({ onResync: () => void code.check() }, lifetime);
    inject(Shortcuts).listen(
      { openPalette: () => this.openPalette(), openHelp: () => this.openHelp() },
      lifetime,
    );
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => event.urlAfterRedirects.split(/[?#]/)[0]),
        distinctUntilChanged(),
        skip(1),
        takeUntilDestroyed(),
      )
      // Keyboard and screen reader users start at the new page.
      .subscribe(() => this.focusMain());
  }

  private measureHeader(lifetime: DestroyRef): void {
    const header = this.header().nativeElement;
    const observer = new ResizeObserver(() => this.headerHeight.set(header.offsetHeight));
    observer.observe(header);
    lifetime.onDestroy(() => observer.disconnect());
  }

  protected focusMain(): void {
    this.isMenuOpen.set(false);
    this.main().nativeElement.focus({ preventScroll: true });
  }

  protected openPalette(): void {
    void this.overlays.openPalette();
  }

  protected openHelp(): void {
    void this.overlays.openHelp();
  }

  protected signOut(): void {
    void this.auth.signOut();
  }
}
